package loop

import (
	"fmt"
	"strings"
)

// The form in which a model behind an endpoint reads and edits files: plain text, the same for every vendor.
const directRules = `You change a Rust project by text alone. Your reply may hold, outside of any quoting:

READ path
  asks for a file of the project; several are allowed. Its text comes back.

EDIT path
<<<<<<< SEARCH
lines as they stand in the file, enough of them to occur once
=======
lines to stand there instead
>>>>>>> REPLACE
  changes a file. An empty SEARCH part makes a new file.

Paths are relative to the root of the project. When an edit does not fit, the reason comes back. A reply without READ ends your turn.`

// request is what a reply asks for.
type request struct {
	reads []string
	edits []fileEdit
}

// fileEdit replaces one piece of text.
type fileEdit struct{ path, search, replace string }

const (
	searchMark  = "<<<<<<< SEARCH"
	dividerMark = "======="
	replaceMark = ">>>>>>> REPLACE"
)

// readRequest takes a reply apart. An edit that is not complete is an error: half an edit must not be made.
func readRequest(reply string) (request, error) {
	var req request
	lines := strings.SplitAfter(strings.ReplaceAll(reply, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if path, ok := strings.CutPrefix(line, "READ "); ok {
			req.reads = append(req.reads, strings.TrimSpace(path))
			continue
		}
		path, ok := strings.CutPrefix(line, "EDIT ")
		if !ok || i+1 >= len(lines) || strings.TrimSpace(lines[i+1]) != searchMark {
			continue
		}
		e := fileEdit{path: strings.TrimSpace(path)}
		divider, end := -1, -1
		for k := i + 2; k < len(lines) && end < 0; k++ {
			switch strings.TrimRight(lines[k], "\n ") {
			case dividerMark:
				if divider < 0 {
					divider = k
				}
			case replaceMark:
				end = k
			}
		}
		if divider < 0 || end < divider {
			return req, fmt.Errorf("the edit of %s has no end", e.path)
		}
		e.search, e.replace = strings.Join(lines[i+2:divider], ""), strings.Join(lines[divider+1:end], "")
		req.edits = append(req.edits, e)
		i = end
	}
	return req, nil
}

// apply makes an edit.
func (e fileEdit) apply(files *confined) error {
	text, err := files.read(e.path)
	if e.search == "" {
		if err == nil && text != "" {
			return fmt.Errorf("%s exists: say which lines to replace", e.path)
		}
		return files.write(e.path, e.replace)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", e.path, err)
	}
	switch n := strings.Count(text, e.search); n {
	case 0:
		return fmt.Errorf("the SEARCH lines are not in %s as they stand there", e.path)
	case 1:
		return files.write(e.path, strings.Replace(text, e.search, e.replace, 1))
	default:
		return fmt.Errorf("the SEARCH lines occur %d times in %s: give more of them", n, e.path)
	}
}
