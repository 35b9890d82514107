package mcp

import (
	"context"
	"slices"
	"strings"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"pollux/internal/engine"
	"pollux/internal/report"
)

// scheme begins the addresses of resources: pollux://finding/ID is one finding, pollux://report the last result as JSON.
const (
	findingAddress = "pollux://finding/"
	reportAddress  = "pollux://report"
)

// maxResources bounds how many findings are listed; each is found by its address all the same.
const maxResources = 100

// offered is what the last results hold.
type offered struct {
	mu     sync.Mutex
	last   *engine.Result
	all    map[string]*engine.Result // finding id -> the result that holds it
	listed []string
}

func (s *Server) addResources() {
	s.offered.all = map[string]*engine.Result{}
	s.sdk.AddResource(&sdk.Resource{URI: reportAddress, Name: "report", MIMEType: "application/json",
		Description: "the result of the last check or exploration, JSON as of pollux check --format json"}, s.readReport)
	s.sdk.AddResourceTemplate(&sdk.ResourceTemplate{URITemplate: findingAddress + "{id}", Name: "finding", MIMEType: "text/plain",
		Description: "one finding of the last check, by its id"}, s.readFinding)
}

// offer lists the findings of a result as resources.
func (s *Server) offer(res *engine.Result) {
	o := &s.offered
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = res
	var stale []string
	for _, address := range o.listed {
		id := strings.TrimPrefix(address, findingAddress)
		if of := o.all[id]; of != nil && of.Root == res.Root && of.Command == res.Command {
			delete(o.all, id)
			stale = append(stale, address)
		}
	}
	o.listed = slices.DeleteFunc(o.listed, func(a string) bool { return slices.Contains(stale, a) })
	for _, f := range res.Findings {
		o.all[f.ID] = res
		address := findingAddress + f.ID
		if len(o.listed) >= maxResources || slices.Contains(o.listed, address) {
			continue
		}
		o.listed = append(o.listed, address)
		stale = slices.DeleteFunc(stale, func(a string) bool { return a == address })
		s.sdk.AddResource(&sdk.Resource{URI: address, Name: f.Rule + " " + f.ID[:min(len(f.ID), 8)], Title: f.Message, MIMEType: "text/plain"}, s.readFinding)
	}
	if len(stale) > 0 {
		s.sdk.RemoveResources(stale...)
	}
}

func (s *Server) readReport(_ context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	s.offered.mu.Lock()
	last := s.offered.last
	s.offered.mu.Unlock()
	if last == nil {
		return contents(req, "application/json", "null"), nil
	}
	text, err := render(last, "json")
	if err != nil {
		return nil, err
	}
	return contents(req, "application/json", text), nil
}

func (s *Server) readFinding(_ context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
	id := strings.TrimPrefix(req.Params.URI, findingAddress)
	s.offered.mu.Lock()
	res := s.offered.all[id]
	s.offered.mu.Unlock()
	if res == nil {
		return nil, sdk.ResourceNotFoundError(req.Params.URI)
	}
	_, f, ok := engine.Finding([]*engine.Result{res}, id)
	if !ok {
		return nil, sdk.ResourceNotFoundError(req.Params.URI)
	}
	return contents(req, "text/plain", report.Block(*f, report.Options{Source: engine.SourceOf(res.Root)})), nil
}

func contents(req *sdk.ReadResourceRequest, kind, text string) *sdk.ReadResourceResult {
	return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{URI: req.Params.URI, MIMEType: kind, Text: text}}}
}
