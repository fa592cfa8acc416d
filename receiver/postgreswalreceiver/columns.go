package postgreswalreceiver

import (
	"fmt"
	"path"
	"strings"
)

// columnRules say which columns' values are not for the trail.
type columnRules struct {
	omit, mask [][3]string
}

func newColumnRules(c *ColumnsConfig) (*columnRules, error) {
	omit, err := columnPatterns(c.Omit)
	if err != nil {
		return nil, fmt.Errorf("omit: %w", err)
	}
	mask, err := columnPatterns(c.Mask)
	if err != nil {
		return nil, fmt.Errorf("mask: %w", err)
	}
	return &columnRules{omit: omit, mask: mask}, nil
}

func columnPatterns(patterns []string) ([][3]string, error) {
	var all [][3]string
	for _, p := range patterns {
		parts := strings.Split(p, ".")
		if len(parts) != 3 {
			return nil, fmt.Errorf("%q isn't schema.table.column, such as public.users.password or *.*.ssn", p)
		}
		for _, part := range parts {
			if _, err := path.Match(part, ""); err != nil || part == "" {
				return nil, fmt.Errorf("%q has an empty part or an open bracket: write schema.table.column, in which * stands for anything", p)
			}
		}
		all = append(all, [3]string(parts))
	}
	return all, nil
}

func matchesColumn(patterns [][3]string, names [3]string) bool {
	for _, pattern := range patterns {
		all := true
		for i := range pattern {
			match, err := path.Match(pattern[i], names[i])
			all = all && match && err == nil
		}
		if all {
			return true
		}
	}
	return false
}
