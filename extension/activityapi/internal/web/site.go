package web

import (
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Settings are what a site needs to know.
type Settings struct {
	// Files are those that were built, index.html among them.
	Files fs.FS
	// Base is the path that the page is under, without a slash at its end.
	Base string
	// ConnectSrc and FrameAncestors are added to the content security policy.
	ConnectSrc, FrameAncestors []string
}

type site struct {
	files  map[string]*file
	policy string
}

// New serves the page below "/"; its base path is cut off already.
func New(s Settings) (http.Handler, error) {
	files, err := read(s.Files, s.Base)
	if err != nil {
		return nil, err
	}
	return &site{files: files, policy: policy(s.ConnectSrc, s.FrameAncestors)}, nil
}

// policy allows what the page needs. Trusted types keep a script from being made
// of text.
func policy(connect, ancestors []string) string {
	if len(ancestors) == 0 {
		ancestors = []string{"'none'"}
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
		strings.Join(append([]string{"connect-src 'self'"}, connect...), " "),
		"font-src 'self'", "base-uri 'self'", "form-action 'none'",
		"frame-ancestors " + strings.Join(ancestors, " "),
		"require-trusted-types-for 'script'",
	}, "; ")
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "the page is only to be read", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	f := s.find(r.URL.Path)
	if f == nil {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	h.Set("Cache-Control", "no-cache") // names don't change with the content: ask each time, by the tag
	h.Set("Vary", "Accept-Encoding")
	encoding, body := f.choose(r.Header.Get("Accept-Encoding"))
	tag := f.tag
	if encoding != "" {
		tag += "-" + encoding
		h.Set("Content-Encoding", encoding)
	}
	h.Set("ETag", `"`+tag+`"`)
	if matches(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.mediaType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that is gone is nobody to tell; HEAD gets no body
}

// find is the file of a path. A path without an ending is a place within the page.
func (s *site) find(requested string) *file {
	name := strings.TrimPrefix(path.Clean("/"+requested), "/")
	if f, ok := s.files[name]; ok {
		return f
	}
	if path.Ext(name) != "" && s.isFile(name) {
		return nil
	}
	return s.files[index]
}

// isFile says whether a path asks for a file that isn't there. A place within the
// page may have a dot in it: /entities/order/4.711.
func (s *site) isFile(name string) bool {
	_, known := mediaTypes[path.Ext(name)]
	return known
}

// choose is the smallest form that a client takes.
func (f *file) choose(accepted string) (encoding string, body []byte) {
	for _, e := range encodings {
		if body := f.encoded[e.name]; body != nil && accepts(accepted, e.name) {
			return e.name, body
		}
	}
	return "", f.encoded[""]
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		weight, weighted := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return !weighted || err == nil && q > 0
	}
	return false
}

func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
		if candidate == "*" || candidate == `"`+tag+`"` {
			return true
		}
	}
	return false
}
