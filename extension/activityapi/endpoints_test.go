package activityapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListPages(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	r.write(some(10)...)

	var first, second, third, back page
	r.json("/activities?limit=4", &first)
	require.Equal(t, []string{"number 9", "number 8", "number 7", "number 6"}, first.details())
	require.True(t, first.Page.HasMore)
	r.json("/activities"+with("limit", "4", "cursor", first.Page.NextCursor), &second)
	require.Equal(t, []string{"number 5", "number 4", "number 3", "number 2"}, second.details())
	r.json("/activities"+with("limit", "4", "cursor", second.Page.NextCursor), &third)
	require.Equal(t, []string{"number 1", "number 0"}, third.details())
	require.False(t, third.Page.HasMore)
	r.json("/activities"+with("limit", "4", "cursor", third.Page.PrevCursor, "dir", "prev"), &back)
	require.Equal(t, second.details(), back.details(), "in the list's order")
	require.True(t, back.Page.HasMore)

	p := r.problem(http.MethodGet, "/api/v1/activities"+with("cursor", first.Page.NextCursor, "status", "failure"), nil)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Equal(t, "cursor", p.Field)
}
