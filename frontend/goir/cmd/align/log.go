package main

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// diagnostic is a verdict of gc on a site or parameter.
type diagnostic struct {
	place
	text       string   // the site, without the verdict
	categories []string // those it may belong to; the text alone does not always tell
}

// logLine matches `file:line:col: message`.
var logLine = regexp.MustCompile(`^(.*?\.(?:go|s|y)):(\d+):(\d+): (.*)$`)

// readLog reads the verdicts in gc's output, each once. Relative names are those of dir.
func readLog(name, dir string) ([]diagnostic, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	var list []diagnostic
	type identity struct {
		place
		text, category string
	}
	seen := map[identity]bool{}
	paths := map[string]string{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		d, ok := parseLine(lines.Text())
		if !ok {
			continue
		}
		path, known := paths[d.file]
		if !known {
			path = d.file
			if !filepath.IsAbs(path) {
				path = filepath.Join(dir, path)
			}
			paths[d.file] = path
		}
		d.file = path
		id := identity{d.place, d.text, d.categories[0]}
		if !seen[id] {
			seen[id] = true
			list = append(list, d)
		}
	}
	return list, lines.Err()
}

// parseLine reads one line; ok is false for all that is no verdict: explanations, inlining, other optimisations.
func parseLine(s string) (diagnostic, bool) {
	m := logLine.FindStringSubmatch(s)
	if m == nil {
		return diagnostic{}, false
	}
	message := m[4]
	if strings.HasPrefix(message, " ") || strings.HasSuffix(message, ":") || strings.HasSuffix(m[1], "_cgo_gotypes.go") {
		return diagnostic{}, false
	}
	d := diagnostic{place: place{file: m[1]}}
	d.line, _ = strconv.Atoi(m[2])
	d.col, _ = strconv.Atoi(m[3])
	d.text, d.categories = classify(message)
	return d, d.categories != nil
}

// classify takes a message apart into a site's text and the categories it may have.
func classify(message string) (string, []string) {
	if name, ok := strings.CutPrefix(message, "moved to heap: "); ok {
		if strings.HasPrefix(name, ".autotmp_") {
			return name, []string{"new"} // new(expr)
		}
		return name, []string{"var"}
	}
	for _, prefix := range []string{"leaking param: ", "leaking param content: "} {
		if rest, ok := strings.CutPrefix(message, prefix); ok {
			name, _, _ := strings.Cut(rest, " ")
			return name, []string{"param"}
		}
	}
	for _, suffix := range []string{" escapes to heap", " does not escape"} {
		if text, ok := strings.CutSuffix(message, suffix); ok {
			return text, textCategories(text)
		}
	}
	return "", nil
}

var (
	identifier = regexp.MustCompile(`^#?[\pL_][\pL\pN_]*$`)
	selector   = regexp.MustCompile(`\.[\pL_][\pL\pN_]*$`)
	conversion = regexp.MustCompile(`^(\(\[\][^()]*\)|[\pL_][\pL\pN_.]*)\(.*\)$`)
)

// textCategories guesses categories from a site's text, the likeliest first. Any expression may be converted to an
// interface, so that `iface` is always among them but for texts that gc makes up.
func textCategories(text string) []string {
	switch {
	case text == "... argument":
		return []string{"dots"}
	case text == "func literal":
		return []string{"func"}
	case text == "append":
		return []string{"append"}
	case strings.HasPrefix(text, "new("):
		return []string{"new", "iface"}
	case strings.HasPrefix(text, "make("):
		return []string{"make", "iface"}
	case strings.HasPrefix(text, "&") && strings.HasSuffix(text, "}"):
		return []string{"amp"}
	case strings.HasSuffix(text, "{...}") || strings.HasSuffix(text, "{}"):
		return literalCategories(text)
	case identifier.MatchString(text):
		return []string{"iface", "param"}
	case strings.Contains(text, " + "):
		return []string{"concat", "iface", "conv", "methval"}
	case selector.MatchString(text):
		return []string{"iface", "methval"}
	case conversion.MatchString(text):
		return []string{"conv", "iface"}
	}
	return []string{"iface"}
}

// literalCategories tells composite literals apart by their type, which may be a named one.
func literalCategories(text string) []string {
	switch {
	case strings.HasPrefix(text, "map["):
		return []string{"maplit"}
	case strings.HasPrefix(text, "[]"):
		return []string{"slicelit", "iface"}
	case strings.HasPrefix(text, "["), strings.HasPrefix(text, "struct "):
		return []string{"iface"}
	}
	return []string{"slicelit", "maplit", "iface"}
}
