package query

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/model"
)

// GetActivity answers GET /activities/{id}.
func (s *Service) GetActivity(w http.ResponseWriter, r *http.Request, id uuid.UUID, p api.GetActivityParams) {
	record, err := s.reader(r).Get(r.Context(), model.ID(id), p.At)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	detail := detailOf(record)
	if detail.Hash, err = hashOf(detail); err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("ETag", `"`+detail.Hash+`"`)
	h.Set("Cache-Control", "private, no-cache") // who may see it can change
	if hasETag(p.IfNoneMatch, detail.Hash) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	s.answer(w, r, detail)
}

// hashOf is over everything that is stored of an activity, in the one form in
// which it is always written: an activity never changes, so neither does this.
func hashOf(detail api.ActivityDetail) (string, error) {
	detail.Hash = ""
	content, err := json.Marshal(detail)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

// hasETag says whether If-None-Match has a tag. A proxy that compresses makes a
// strong tag weak.
func hasETag(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == "*" || candidate == `"`+tag+`"` {
			return true
		}
	}
	return false
}
