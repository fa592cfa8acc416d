package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

func printVerification(w io.Writer, v *store.Verification) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if len(v.Findings) > 0 {
		fmt.Fprintln(table, "FOUND\tOCCURRED\tID\tSEAL\tHOUR\tWHAT")
	}
	for i := range v.Findings {
		f := findingOf(&v.Findings[i])
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", f.Kind, f.OccurredAt, f.ID, number(f.Seal), f.Hour, f.What)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if v.More > 0 {
		fmt.Fprintf(w, "and %d more\n", v.More)
	}
	fmt.Fprintf(w, "%d seals, %d hours checked, %d activities", v.Seals, v.Hours, v.Rows)
	for _, part := range [...]struct {
		n    int64
		what string
	}{
		{v.Erased, "of them erased in part"},
		{v.Late, "late, to be sealed next"},
		{v.Unhashed, "from before there were seals"},
		{v.Retired, "removed by retention, says activity.retention_log"},
		{v.Open, "hours without a seal"},
	} {
		if part.n > 0 {
			fmt.Fprintf(w, "; %d %s", part.n, part.what)
		}
	}
	_, err := fmt.Fprintf(w, "\nhead %s\n", anchorOf(&v.Head))
	return err
}

func number(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// verificationObject is what --json prints. Scripts depend on it.
type verificationObject struct {
	Intact       bool            `json:"intact"`
	Seals        int64           `json:"seals"`
	Hours        int64           `json:"hours"`
	Activities   int64           `json:"activities"`
	Erased       int64           `json:"erased"`
	Late         int64           `json:"late"`
	Unhashed     int64           `json:"unhashed"`
	Retired      int64           `json:"retired"`
	OpenHours    int64           `json:"open_hours"`
	Head         string          `json:"head"`
	Findings     []findingObject `json:"findings"`
	MoreFindings int64           `json:"more_findings"`
}

type findingObject struct {
	Kind       store.FindingKind `json:"kind"`
	ID         string            `json:"id,omitempty"`
	OccurredAt string            `json:"occurred_at,omitempty"`
	Seal       uint64            `json:"seal,omitempty"`
	Hour       string            `json:"hour,omitempty"`
	What       string            `json:"what"`
}

func findingOf(f *store.Finding) findingObject {
	o := findingObject{Kind: f.Kind, Seal: f.Sequence, What: f.Text}
	if f.Hour != 0 {
		o.Hour = stamp(f.Hour)
	}
	if f.ID != (model.ID{}) {
		o.ID, o.OccurredAt = f.ID.String(), stamp(f.At)
	}
	return o
}

func printVerificationJSON(w io.Writer, v *store.Verification) error {
	o := verificationObject{
		Intact: len(v.Findings) == 0, Seals: v.Seals, Hours: v.Hours, Activities: v.Rows, Erased: v.Erased, Late: v.Late,
		Unhashed: v.Unhashed, Retired: v.Retired, OpenHours: v.Open, Head: anchorOf(&v.Head), Findings: []findingObject{}, MoreFindings: v.More,
	}
	for i := range v.Findings {
		o.Findings = append(o.Findings, findingOf(&v.Findings[i]))
	}
	return writeJSON(w, o)
}
