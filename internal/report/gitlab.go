package report

import (
	"bytes"
	"strings"

	"pollux/internal/finding"
)

// The Code Quality report of GitLab: a list of issues in a subset of Code Climate's format
// (https://docs.gitlab.com/ci/testing/code_quality/). Issues with one fingerprint collapse into one. The format has no place for
// what was not checked or suppressed.
type (
	gitLabIssue struct {
		Type        string         `json:"type"`
		Check       string         `json:"check_name"`
		Description string         `json:"description"`
		Content     *gitLabContent `json:"content,omitempty"`
		Categories  []string       `json:"categories"`
		Severity    string         `json:"severity"`
		Fingerprint string         `json:"fingerprint"`
		Location    gitLabLocation `json:"location"`
	}
	gitLabContent struct {
		Body string `json:"body"`
	}
	gitLabLocation struct {
		Path  string      `json:"path"`
		Lines gitLabLines `json:"lines"`
	}
	gitLabLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

func writeGitLab(b *bytes.Buffer, v *view) error {
	issues := []gitLabIssue{}
	for _, f := range v.Findings {
		issues = append(issues, issueOf(v, f))
	}
	return encode(b, issues)
}

func issueOf(v *view, f finding.Finding) gitLabIssue {
	at := anchor(f.Span)
	issue := gitLabIssue{
		Type: "issue", Check: f.Rule, Description: f.Message, Categories: []string{"Bug Risk"}, Severity: gitLabSeverity(f.Severity),
		Fingerprint: f.ID,
		Location:    gitLabLocation{v.repositoryPath(at.File), gitLabLines{at.Line, max(at.EndLine, at.Line)}},
	}
	if _, details, more := strings.Cut(prose(f), "\n"); more {
		issue.Content = &gitLabContent{details}
	}
	return issue
}

func gitLabSeverity(s finding.Severity) string {
	switch s {
	case finding.Error:
		return "critical"
	case finding.Warning:
		return "major"
	}
	return "info"
}
