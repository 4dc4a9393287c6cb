package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// siteMark matches the end of a record that is a site: position, category and text.
var siteMark = regexp.MustCompile(`[ @](?:(\d+):)?(\d+):(\d+) !([a-z]+) "`)

// funcMark matches a func record whose function is a literal.
var (
	funcPlace   = regexp.MustCompile(`^func @\d+ "(?:[^"\\]|\\.)*" \d+ \S+ (?:(\d+):(\d+):(\d+)|-) `)
	literalMark = regexp.MustCompile(` !func "[^"]*"$`)
)

// siteReader collects the sites of a .gir text.
type siteReader struct {
	files   []string
	current string // the file of the function at hand
	sites   map[key]bool
}

// readSites reads a whole .gir text and refuses a truncated one.
func readSites(r io.Reader) (map[key]bool, error) {
	s := &siteReader{sites: map[key]bool{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<24)
	last := ""
	for n := 1; lines.Scan(); n++ {
		last = lines.Text()
		if err := s.line(last); err != nil {
			return nil, fmt.Errorf(".gir line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if last != `meta complete "1"` {
		return nil, errors.New("the .gir text is truncated")
	}
	return s.sites, nil
}

// line reads one record.
func (s *siteReader) line(line string) error {
	switch {
	case strings.HasPrefix(line, "file "):
		fields := strings.SplitN(line, " ", 3)
		if len(fields) != 3 || fields[1] != strconv.Itoa(len(s.files)) {
			return errors.New("bad file record")
		}
		s.files = append(s.files, strings.Trim(fields[2], `"`))
	case strings.HasPrefix(line, "func "):
		return s.function(line)
	case strings.Contains(line, " !"):
		if m := siteMark.FindStringSubmatch(line); m != nil {
			return s.add(m[1], m[2], m[3], m[4])
		}
	}
	return nil
}

// function notes the file of a function and, if it is a literal, the site it is.
func (s *siteReader) function(line string) error {
	s.current = ""
	m := funcPlace.FindStringSubmatch(line)
	if m == nil {
		return errors.New("bad func record")
	}
	if m[1] == "" {
		return nil
	}
	file, err := s.file(m[1])
	if err != nil {
		return err
	}
	s.current = file
	if literalMark.MatchString(line) {
		return s.add("", m[2], m[3], "func")
	}
	return nil
}

func (s *siteReader) add(file, line, col, category string) error {
	p := place{file: s.current}
	if file != "" {
		var err error
		if p.file, err = s.file(file); err != nil {
			return err
		}
	}
	p.line, _ = strconv.Atoi(line)
	p.col, _ = strconv.Atoi(col)
	s.sites[key{p, category}] = true
	return nil
}

func (s *siteReader) file(number string) (string, error) {
	n, err := strconv.Atoi(number)
	if err != nil || n >= len(s.files) {
		return "", errors.New("unknown file")
	}
	return s.files[n], nil
}
