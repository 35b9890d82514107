"""Reads a JUnit file with junitparser and fails when its counts do not agree with its cases."""

import sys

from junitparser import JUnitXml

for name in sys.argv[1:]:
    report = JUnitXml.fromfile(name)
    said = (report.tests, report.failures, report.errors, report.skipped)
    report.update_statistics()
    counted = (report.tests, report.failures, report.errors, report.skipped)
    if said != counted:
        sys.exit(f"{name}: says {said}, holds {counted}")
    print(f"{name}: {counted[0]} cases, {counted[1]} failures")
