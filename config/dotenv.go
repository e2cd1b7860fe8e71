package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// parseDotenv reads lines of KEY=VALUE: blank lines and lines that begin with # are skipped,
// `export ` in front is allowed, and the last of two equal keys counts. A value is plain (up to
// a # behind a space), in single quotes (taken as it is), or in double quotes (with \n \t \" \$
// and \\). Nothing is expanded. bad says what is wrong by line number, without values.
func parseDotenv(text string) (values map[string]string, bad []string) {
	values = make(map[string]string)
	text = strings.TrimPrefix(text, "\ufeff")
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if after, ok := strings.CutPrefix(line, "export"); ok && strings.TrimLeft(after, " \t") != after {
			line = strings.TrimLeft(after, " \t")
		}
		key, rest, found := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !found || !variableName.MatchString(key) {
			bad = append(bad, fmt.Sprintf("line %d is not of the form NAME=VALUE", i+1))
			continue
		}
		value, err := unquote(strings.TrimSpace(rest))
		if err != nil {
			bad = append(bad, fmt.Sprintf("line %d (%s) %v", i+1, key, err))
			continue
		}
		values[key] = value
	}
	return values, bad
}

func unquote(s string) (string, error) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return plain(s), nil
	}
	quote := s[0]
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == quote:
			if after := strings.TrimSpace(s[i+1:]); after != "" && after[0] != '#' {
				return "", errors.New("has text behind the closing quote: put all of the value inside")
			}
			return b.String(), nil
		case quote == '"' && s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteString(escaped(s[i]))
		default:
			b.WriteByte(s[i])
		}
	}
	return "", errors.New("has no closing quote: a value ends on its line")
}

func escaped(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case '"', '\\', '$':
		return string(c)
	}
	return `\` + string(c)
}

// plain cuts a comment: a # at the start or behind white space.
func plain(s string) string {
	for i := range len(s) {
		if s[i] == '#' && (i == 0 || s[i-1] == ' ' || s[i-1] == '\t') {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}
