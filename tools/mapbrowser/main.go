// Command mapbrowser opens the page of pollux map in a headless Chromium: a map of ten thousand await points, in light and dark. It notes
// what the console says, when the page can be used, what axe finds against it, and whether filters, source and evidence react.
//
//	npm install --prefix DIR axe-core
//	go run ./tools/mapbrowser -axe DIR/node_modules/axe-core/axe.min.js -write
//
// The result lies beside it. Without a browser it says so and ends with status 1: nothing was tried then.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"pollux/internal/child"
	"pollux/internal/confidence"
	"pollux/internal/engine"
	"pollux/internal/report"
)

func main() {
	axe := flag.String("axe", "", "axe.min.js of the npm package axe-core, `FILE`; without it accessibility is not looked at")
	awaits := flag.Int("awaits", 10_000, "await points of the map, `N`")
	shots := flag.String("shots", "", "keep screenshots in `DIR`")
	write := flag.Bool("write", false, "store the result")
	flag.Parse()
	text, err := run(*axe, *awaits, *shots)
	fmt.Print(text)
	if err == nil && *write {
		err = os.WriteFile(filepath.Join("tools", "mapbrowser", "results.txt"), []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "mapbrowser:", err)
		os.Exit(1)
	}
}

// browser is a headless Chromium.
type browser struct{ path, version string }

func find() (*browser, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		var out bytes.Buffer
		if err := child.Run(context.Background(), child.Command{Path: path, Args: []string{"--version"}, Stdout: &out, Group: true}); err != nil {
			return nil, fmt.Errorf("ask %s for its version: %w", name, err)
		}
		return &browser{path, strings.TrimSpace(out.String())}, nil
	}
	return nil, fmt.Errorf("there is no chromium here: nothing was tried")
}

// pageTime bounds one look at a page.
const pageTime = 3 * time.Minute

// open shows a page and returns its document as it is in the end, and what the console said. Schemes are dark (0) and light (1), as
// Blink numbers them.
func (b *browser) open(page string, scheme int, more ...string) (dom, console string, err error) {
	profile, err := os.MkdirTemp("", "mapbrowser-")
	if err != nil {
		return "", "", fmt.Errorf("make a profile: %w", err)
	}
	defer os.RemoveAll(profile)
	ctx, cancel := context.WithTimeout(context.Background(), pageTime)
	defer cancel()
	var out, errs bytes.Buffer
	args := append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + profile, "--enable-logging=stderr", "--window-size=1400,1800",
		fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme), "--host-resolver-rules=MAP * ~NOTFOUND",
	}, more...)
	err = child.Run(ctx, child.Command{Path: b.path, Args: append(args, "file://"+page), Stdout: &out, Stderr: &errs, Group: true})
	if err != nil {
		return "", "", fmt.Errorf("open the page: %w", err)
	}
	for line := range strings.Lines(errs.String()) {
		if strings.Contains(line, "CONSOLE") {
			console += line
		}
	}
	return out.String(), console, nil
}

var ready = regexp.MustCompile(`data-ready="(\d+)"`)

func run(axe string, awaits int, shots string) (string, error) {
	b, err := find()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "mapbrowser-page-")
	if err != nil {
		return "", fmt.Errorf("make a directory: %w", err)
	}
	defer os.RemoveAll(dir)
	page, err := write(dir, awaits)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	info, err := os.Stat(page)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(&out, "browser: %s\nmap: %d await points, %.1f MB\n", b.version, awaits, float64(info.Size())/1e6)
	for i, scheme := range []string{"dark", "light"} {
		dom, console, err := b.open(page, i, "--dump-dom")
		if err != nil {
			return out.String(), err
		}
		at := ready.FindStringSubmatch(dom)
		if at == nil {
			return out.String(), fmt.Errorf("the page was never ready; the console says: %s", console)
		}
		fmt.Fprintf(&out, "%s: ready after %s ms; console: %s\n", scheme, at[1], orNothing(console))
		if err := b.tried(&out, page, dir, i, "acts", reacts); err != nil {
			return out.String(), err
		}
		if axe != "" {
			script, err := os.ReadFile(axe)
			if err != nil {
				return out.String(), fmt.Errorf("read axe: %w", err)
			}
			if err := b.tried(&out, page, dir, i, "axe", string(script)+axeRun); err != nil {
				return out.String(), err
			}
		}
		if shots != "" {
			if _, _, err := b.open(page, i, "--screenshot="+filepath.Join(shots, scheme+".png")); err != nil {
				return out.String(), err
			}
		}
	}
	if axe == "" {
		out.WriteString("axe: not run (-axe FILE)\n")
	}
	return out.String(), nil
}

func orNothing(text string) string {
	if text == "" {
		return "nothing"
	}
	return "\n" + text
}

// tried opens the page with a script at its end, which leaves its result in an element.
func (b *browser) tried(out *strings.Builder, page, dir string, scheme int, name, script string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	path := filepath.Join(dir, name+".html")
	with := strings.Replace(string(text), "</body>", "<script>"+script+"</script></body>", 1)
	if err := os.WriteFile(path, []byte(with), 0o644); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	dom, console, err := b.open(path, scheme, "--dump-dom", "--virtual-time-budget=60000")
	if err != nil {
		return err
	}
	_, rest, ok := strings.Cut(dom, `<pre id="tried-`+name+`">`)
	result, _, _ := strings.Cut(rest, "</pre>")
	if !ok {
		return fmt.Errorf("%s gave no result; the console says: %s", name, console)
	}
	fmt.Fprintf(out, "  %s: %s\n", name, strings.TrimSpace(result))
	return nil
}

// reacts uses the page as a person would: filters, a button of the list, a mark in the source.
const reacts = `
setTimeout(() => {
  const note = [], $ = id => document.getElementById(id), start = performance.now();
  const expect = (what, ok) => note.push((ok ? "ok " : "WRONG ") + what);
  const all = $("count").textContent;
  $("zone").value = "0"; $("zone").dispatchEvent(new Event("change"));
  expect("zone filters", $("count").textContent !== all);
  $("clear").click(); expect("reset shows all", $("count").textContent === all);
  $("state").value = "0"; $("state").dispatchEvent(new Event("change"));
  expect("state filters", $("count").textContent !== all && document.querySelectorAll("#rows tr").length > 0);
  $("clear").click();
  $("text").value = "function_17"; $("text").dispatchEvent(new Event("input"));
  expect("name filters", $("count").textContent !== all);
  document.querySelector("#rows button").click();
  expect("a function shows its evidence", $("detail").textContent.includes("function_17") && document.activeElement === $("detail"));
  expect("its source is shown", document.querySelector("#code .on") !== null);
  document.querySelector("#code .gap button").click();
  expect("a mark shows the await point", $("detail").textContent.includes("await point"));
  document.querySelector("[data-module]").click();
  expect("a module filters", $("module").value !== "");
  document.querySelector("[data-at]").click();
  expect("where to look leads to the source", document.querySelector("#code .on") !== null);
  const pre = document.createElement("pre"); pre.id = "tried-acts"; pre.textContent = note.join(", ") + "; " + Math.round(performance.now() - start) + " ms"; document.body.append(pre);
}, 500);`

// axeRun looks at the page with every rule of axe for WCAG A and AA and its best practices.
const axeRun = `
axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(r => {
  const pre = document.createElement("pre"); pre.id = "tried-axe";
  const list = kind => r[kind].map(v => v.id + " (" + v.impact + ", " + v.nodes.length + ": " + v.nodes[0].target.join(" ") + ")").join(", ") || "none";
  pre.textContent = axe.version + ", violations: " + list("violations") + "; to be looked at: " + list("incomplete") + "; passed " + r.passes.length; document.body.append(pre);
});`

// write makes a map as large as asked, of every state, and its page.
func write(dir string, awaits int) (string, error) {
	m := &confidence.Map{Schema: confidence.Schema, Version: engine.Version, Toolchain: "rustc", Root: "/home/dev/large", Ran: "a map that was made up"}
	states, zones := confidence.States(), confidence.Zones()
	lines := map[string][]string{}
	const each = 4 // await points of a function
	for n := 0; n*each < awaits; n++ {
		file := fmt.Sprintf("src/part_%02d/file_%d.rs", n/250, n/25)
		at := len(lines[file]) + 1
		lines[file] = append(lines[file], fmt.Sprintf("async fn function_%d(pool: &Pool) {", n))
		f := confidence.Function{Package: "large", Module: fmt.Sprintf("part_%02d", n/250), Name: fmt.Sprintf("function_%d", n), Kind: "async fn", File: file, Line: at, EndLine: at + each + 1, Zone: zones[n%3]}
		f.Reasons = []confidence.Reason{{What: "it takes a lock or a permit", Line: at + 1}}
		for k := range each {
			lines[file] = append(lines[file], "    pool.lock().await;")
			a := confidence.Await{Line: at + 1 + k, Column: 17, For: "lock()", Tests: n % 5}
			for c, class := range []confidence.Class{confidence.Cancel, confidence.Locks, confidence.Schedules} {
				s := states[max((n*7+k*3+c)%(len(states)+20)-20, 0)]
				if (n+k+c)%40 != 0 && s == confidence.Witnessed {
					s = states[2+(n+k)%5]
				}
				a.Cells = append(a.Cells, confidence.Cell{Class: class, State: s, Words: fmt.Sprintf("%d schedules of %d tests that stop here", n%50, n%5), Raise: fmt.Sprintf("pollux explore --focus %s:%d", file, a.Line)})
			}
			f.Awaits = append(f.Awaits, a)
			f.Cells = a.Cells
		}
		lines[file] = append(lines[file], "}", "")
		m.Functions = append(m.Functions, f)
		if n%9 == 0 {
			m.Review = append(m.Review, confidence.Item{File: file, Line: at + 1, Function: f.Name, Zone: f.Zone, Why: "a cancel here loses something", Do: "pollux verify", Rank: 1 + n%6})
		}
	}
	var b bytes.Buffer
	opt := report.MapOptions{Source: func(file string) ([]string, bool) { text, ok := lines[file]; return text, ok }}
	if err := report.WriteMap(&b, "html", &engine.MapResult{Map: m, Verdict: engine.Clean}, opt); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "map.html")
	return path, os.WriteFile(path, b.Bytes(), 0o644)
}
