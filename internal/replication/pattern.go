package replication

import (
	"regexp"
	"slices"
	"strings"
)

// pattern is of a name of several parts, in each of which a * is any run of characters.
type pattern []*regexp.Regexp

// patterns reads texts whose parts have dots between. refuse makes the error of one that
// has not so many.
func patterns(texts []string, parts int, refuse func(text string) error) ([]pattern, error) {
	var all []pattern
	for _, text := range texts {
		split := strings.Split(text, ".")
		if len(split) != parts || slices.Contains(split, "") {
			return nil, refuse(text)
		}
		var p pattern
		for _, part := range split {
			p = append(p, glob(part))
		}
		all = append(all, p)
	}
	return all, nil
}

func glob(text string) *regexp.Regexp {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`)
	return regexp.MustCompile(`(?s)\A` + quoted + `\z`)
}

func (p pattern) matches(names []string) bool {
	for i := range p {
		if !p[i].MatchString(names[i]) {
			return false
		}
	}
	return true
}
