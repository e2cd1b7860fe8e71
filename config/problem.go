package config

import (
	"slices"
	"strings"
)

// Problem is one setting that can't be used as it is.
type Problem struct {
	Name string // the variable
	Text string // what to write instead; never holds a secret's value
}

// Problems is the error of Load: everything that is wrong, at once.
type Problems []Problem

func (p *Problems) add(name, text string) { *p = append(*p, Problem{name, text}) }

func (p Problems) names(name string) bool {
	return slices.ContainsFunc(p, func(one Problem) bool { return one.Name == name })
}

// Error gives one line for each problem, by variable name.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.Name + ": " + one.Text
	}
	return strings.Join(lines, "\n")
}
