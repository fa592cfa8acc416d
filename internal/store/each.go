package store

import (
	"context"
	"errors"
)

// Each calls visit with every activity that f chooses, documents included, and says
// whether those were all: what takes too long to find ends it early. It reads page
// after page, so that no transaction stays open however slow visit is; what is
// written meanwhile may be among them.
func (r *Reader) Each(ctx context.Context, f Filter, order Order, visit func(*Record) error) (complete bool, err error) {
	request := PageRequest{Order: order, Limit: MaxPageSize, Documents: true}
	for {
		page, err := r.List(ctx, f, request)
		if errors.Is(err, ErrTooSlow) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		for i := range page.Records {
			if err := visit(&page.Records[i]); err != nil {
				return false, err
			}
		}
		if page.Next == "" {
			return true, nil
		}
		request.Cursor = page.Next
	}
}
