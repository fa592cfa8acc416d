package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/client"

	"github.com/otel-activity/otel-activity/internal/store"
)

// Identity is who asks.
type Identity struct {
	// Authenticated says whether somebody vouched for it.
	Authenticated bool
	Subject       string
	// Scope are the projects whose rows it may see.
	Scope store.Scope
	// Admin may see rejected records, and see and steer migrations.
	Admin bool
	// ExpiresAt is when it has to come with a new token; zero where that isn't
	// known.
	ExpiresAt time.Time
}

// Rules say how an identity is read that an auth extension vouched for.
type Rules struct {
	// ProjectClaim is the attribute that holds the projects; empty shows all.
	ProjectClaim string
	AdminClaim   string
	AdminValues  []string
}

// identity reads what an auth extension left.
func (r *Rules) identity(auth client.AuthData) Identity {
	id := Identity{Authenticated: true, Scope: store.Scope{All: r.ProjectClaim == ""}}
	if auth == nil {
		return id // a token that names nobody
	}
	for _, name := range []string{"subject", "username"} {
		if subject, ok := auth.GetAttribute(name).(string); ok && subject != "" {
			id.Subject = subject
			break
		}
	}
	if r.ProjectClaim != "" {
		id.Scope.Projects = texts(claim(auth, r.ProjectClaim))
	}
	if r.AdminClaim != "" {
		id.Admin = slices.ContainsFunc(texts(claim(auth, r.AdminClaim)), func(value string) bool {
			return slices.Contains(r.AdminValues, value)
		})
	}
	return id
}

// claim is an attribute, or with a dot in its name one within an attribute:
// claims.projects.
func claim(auth client.AuthData, name string) any {
	if value := auth.GetAttribute(name); value != nil {
		return value
	}
	head, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return nil
	}
	value := auth.GetAttribute(head)
	for dotted {
		within, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		if exact, ok := within[rest]; ok {
			return exact
		}
		head, rest, dotted = strings.Cut(rest, ".")
		value = within[head]
	}
	return value
}

// texts are the texts of a claim. An empty one is none: it would show the rows
// that belong to no project.
func texts(value any) []string {
	var all []string
	switch v := value.(type) {
	case string:
		all = []string{v}
	case []string:
		all = slices.Clone(v)
	case []any:
		for _, element := range v {
			if text, ok := element.(string); ok {
				all = append(all, text)
			}
		}
	}
	all = slices.DeleteFunc(all, func(s string) bool { return s == "" })
	slices.Sort(all)
	return slices.Compact(all)
}

type identityKey struct{}

// From is the identity of a request that Guard let through.
func From(ctx context.Context) Identity {
	id, _ := ctx.Value(identityKey{}).(Identity)
	return id
}
