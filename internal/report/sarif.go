package report

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"

	"pollux/internal/engine"
	"pollux/internal/finding"
)

// SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): the part that viewers and code scanning read. A property that has its
// default is left out.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool                     `json:"tool"`
		Invocations []sarifInvocation             `json:"invocations"`
		Bases       map[string]sarifArtifactPlace `json:"originalUriBaseIds,omitempty"`
		ColumnKind  string                        `json:"columnKind"`
		Results     []sarifResult                 `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID         string          `json:"id"`
		Short      sarifText       `json:"shortDescription"`
		Full       sarifText       `json:"fullDescription"`
		Help       sarifText       `json:"help"`
		HelpURI    string          `json:"helpUri,omitempty"`
		Default    sarifDefault    `json:"defaultConfiguration"`
		Properties sarifProperties `json:"properties"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags []string `json:"tags,omitempty"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		CodeFlows    []sarifCodeFlow    `json:"codeFlows,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints,omitempty"`
		Baseline     string             `json:"baselineState,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   *sarifEvidence     `json:"properties,omitempty"`
	}
	sarifEvidence struct {
		Verdict   finding.Verdict `json:"verdict,omitempty"`
		Reproduce string          `json:"reproduce,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifPhysical struct {
		Artifact sarifArtifactPlace `json:"artifactLocation"`
		Region   *sarifRegion       `json:"region,omitempty"`
	}
	sarifArtifactPlace struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifCodeFlow struct {
		Threads []sarifThread `json:"threadFlows"`
	}
	sarifThread struct {
		Locations []sarifStep `json:"locations"`
	}
	sarifStep struct {
		Location sarifLocation `json:"location"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	sarifBase   = "%SRCROOT%"
	// sarifFingerprint names our fingerprint. The name that code scanning itself computes is left to it: a different value there
	// gives a warning for each result.
	sarifFingerprint = "polluxFinding/v1"
)

func writeSARIF(b *bytes.Buffer, v *view) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "pollux", Version: v.Version, Rules: sarifRules(v)}},
		Invocations: []sarifInvocation{sarifInvocationOf(v)},
		Bases:       sarifBases(v),
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	for _, f := range v.Findings {
		run.Results = append(run.Results, sarifFinding(v, f, run.ruleIndex(f.Rule)))
	}
	for _, s := range v.Suppressed {
		run.Results = append(run.Results, sarifAllowed(v, s, run.ruleIndex(s.Rule)))
	}
	return encode(b, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifRules describes the rules that have results, sorted by id.
func sarifRules(v *view) []sarifRule {
	level := map[string]finding.Severity{}
	for _, s := range v.Suppressed {
		level[s.Rule] = finding.Warning
	}
	for _, f := range v.Findings {
		level[f.Rule] = max(level[f.Rule], f.Severity)
	}
	rules := []sarifRule{}
	for id, severity := range level {
		r := ruleOf(v, id)
		rules = append(rules, sarifRule{
			ID: id, Short: sarifText{Text: r.Title}, Full: sarifText{Text: r.Title}, Help: sarifText{Text: r.Help, Markdown: r.Help},
			HelpURI: r.URI, Default: sarifDefault{sarifLevel(severity)}, Properties: sarifProperties{[]string{"async", "rust"}},
		})
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// ruleOf asks the caller about a rule; unknown rules are described by their id, which names the hazard.
func ruleOf(v *view, id string) Rule {
	var r Rule
	if v.opt.Rule != nil {
		if known, ok := v.opt.Rule(id); ok {
			r = known
		}
	}
	if r.Title == "" {
		r.Title = strings.ReplaceAll(id, "-", " ")
	}
	if r.Help == "" {
		r.Help = r.Title + ". `pollux explain " + id + "` shows the page of this rule."
	}
	return r
}

func (r sarifRun) ruleIndex(id string) int {
	return slices.IndexFunc(r.Tool.Driver.Rules, func(rule sarifRule) bool { return rule.ID == id })
}

// sarifInvocationOf carries what was not checked: code scanning shows it as messages of the tool.
func sarifInvocationOf(v *view) sarifInvocation {
	i := sarifInvocation{Successful: v.Verdict == engine.Clean || v.Verdict == engine.Findings, Notifications: []sarifNotification{}}
	for _, r := range v.Rungs {
		if r.Status == "unknown" || r.Status == "skipped" {
			i.note("note", "rung "+r.Name+" "+r.Status+reasonSuffix(r.Reason))
		}
	}
	for _, u := range v.Unknowns {
		i.note("warning", "not checked: "+unknownGroup{u.Reason, u.Hint, []string{u.What}}.line(1))
	}
	return i
}

func (i *sarifInvocation) note(level, text string) {
	i.Notifications = append(i.Notifications, sarifNotification{level, sarifText{Text: text}})
}

// sarifBases says where relative paths start: at the repository when the prefix is known, else at the root.
func sarifBases(v *view) map[string]sarifArtifactPlace {
	if v.Root == "" {
		return nil
	}
	root := strings.TrimSuffix(path.Clean(v.Root), "/"+path.Clean(v.opt.Prefix))
	return map[string]sarifArtifactPlace{sarifBase: {URI: fileURI(root + "/")}}
}

func sarifFinding(v *view, f finding.Finding, rule int) sarifResult {
	r := sarifResult{
		RuleID: f.Rule, RuleIndex: rule, Level: sarifLevel(f.Severity), Message: sarifText{Text: prose(f)},
		Locations: []sarifLocation{sarifMain(v, f)}, Fingerprints: map[string]string{sarifFingerprint: f.ID},
		Properties: &sarifEvidence{f.Verdict, f.Reproduce},
	}
	var steps []sarifStep
	for i, b := range f.Because {
		if !b.Known() {
			continue
		}
		at := sarifPlace(v, b.Span, b.Message)
		steps = append(steps, sarifStep{at})
		at.ID = i + 1
		r.Related = append(r.Related, at)
	}
	if len(steps) > 0 {
		end := sarifMain(v, f)
		end.Message = &sarifText{Text: f.Message}
		r.CodeFlows = []sarifCodeFlow{{[]sarifThread{{append(steps, sarifStep{end})}}}}
	}
	if v.Compare != nil {
		r.Baseline = "unchanged"
		if f.New {
			r.Baseline = "new"
		}
	}
	return r
}

func sarifMain(v *view, f finding.Finding) sarifLocation {
	at := sarifPlace(v, anchor(f.Span), f.Label)
	if f.Function != "" {
		at.Logical = []sarifLogical{{f.Function, "function"}}
	}
	return at
}

// sarifAllowed is a finding that is suppressed. Its level is the lowest: a viewer that knows no suppressions must not alarm.
func sarifAllowed(v *view, s finding.Suppressed, rule int) sarifResult {
	kind := "inSource"
	if s.Line == 0 {
		kind = "external"
	}
	return sarifResult{
		RuleID: s.Rule, RuleIndex: rule, Level: "note", Message: sarifText{Text: "suppressed: " + s.Reason},
		Locations:    []sarifLocation{sarifPlace(v, anchor(finding.Span{File: s.File, Line: s.Line}), "")},
		Suppressions: []sarifSuppression{{kind, s.Reason}},
	}
}

func sarifPlace(v *view, s finding.Span, message string) sarifLocation {
	at := sarifLocation{Physical: sarifPhysical{sarifArtifact(v, s.File), sarifRegionOf(s)}}
	if message != "" {
		at.Message = &sarifText{Text: message}
	}
	return at
}

func sarifArtifact(v *view, file string) sarifArtifactPlace {
	if strings.HasPrefix(file, "/") {
		return sarifArtifactPlace{URI: fileURI(file)}
	}
	return sarifArtifactPlace{URI: (&url.URL{Path: v.repositoryPath(file)}).String(), Base: sarifBase}
}

// fileURI is an absolute path as an address. A path of Windows has no leading slash of its own.
func fileURI(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	if !strings.HasPrefix(file, "/") {
		file = "/" + file
	}
	return (&url.URL{Scheme: "file", Path: file}).String()
}

// sarifRegionOf gives lines and, where both are known, columns; SARIF's end column is exclusive as ours.
func sarifRegionOf(s finding.Span) *sarifRegion {
	r := &sarifRegion{StartLine: s.Line, EndLine: max(s.EndLine, s.Line)}
	if s.Column > 0 {
		r.StartColumn = s.Column
		if s.EndColumn > 0 && (s.EndLine > s.Line || s.EndLine == s.Line && s.EndColumn >= s.Column) {
			r.EndColumn = s.EndColumn
		}
	}
	return r
}

// sarifLevel maps severities to SARIF's levels.
func sarifLevel(s finding.Severity) string {
	if s == finding.Info {
		return "note"
	}
	return s.String()
}
