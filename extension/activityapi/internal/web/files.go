package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"mime"
	"path"
	"strings"
)

const index = "index.html"

// file is one file of the page, in each of the encodings that there are.
type file struct {
	mediaType string
	tag       string // of the content, without quotes
	encoded   map[string][]byte
}

// mediaTypes are those of the page's files: the machine's own list may say
// otherwise.
var mediaTypes = map[string]string{
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".json":  "application/json",
	".map":   "application/json",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

// encodings are those that are served, the smallest first, and how their files'
// names end.
var encodings = []struct{ name, ending string }{{"br", ".br"}, {"gzip", ".gz"}}

// read takes all files of the page into memory: there are few, and they are
// compressed once instead of at each request.
func read(dist fs.FS, base string) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(dist, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || precompressed(name) {
			return err
		}
		files[name], err = readFile(dist, name, base)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	if files[index] == nil {
		return nil, errors.New("the page was not built: run make ui, or set ui::enabled to false")
	}
	return files, nil
}

func precompressed(name string) bool {
	for _, e := range encodings {
		if strings.HasSuffix(name, e.ending) {
			return true
		}
	}
	return false
}

func readFile(dist fs.FS, name, base string) (*file, error) {
	content, err := fs.ReadFile(dist, name)
	if err != nil {
		return nil, err
	}
	f := &file{mediaType: mediaTypes[path.Ext(name)], encoded: map[string][]byte{}}
	if f.mediaType == "" {
		f.mediaType = mime.TypeByExtension(path.Ext(name))
	}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
	if name == index {
		content = rebase(content, base)
	} else {
		for _, e := range encodings {
			if small, err := fs.ReadFile(dist, name+e.ending); err == nil {
				f.encoded[e.name] = small
			}
		}
	}
	if f.encoded["gzip"] == nil {
		if small := compress(content); len(small) < len(content) {
			f.encoded["gzip"] = small
		}
	}
	f.encoded[""] = content
	sum := sha256.Sum256(content)
	f.tag = hex.EncodeToString(sum[:16])
	return f, nil
}

// rebase tells the page which path it is under.
func rebase(page []byte, base string) []byte {
	root := html.EscapeString(base + "/")
	page = bytes.Replace(page, []byte(`<base href="/">`), []byte(`<base href="`+root+`">`), 1)
	return bytes.Replace(page, []byte(`<meta name="otel-activity-base" content="/">`),
		[]byte(`<meta name="otel-activity-base" content="`+root+`">`), 1)
}

func compress(content []byte) []byte {
	var small bytes.Buffer
	w, _ := gzip.NewWriterLevel(&small, gzip.BestCompression) // the level is one that there is
	_, _ = w.Write(content)                                   // memory takes everything
	_ = w.Close()
	return small.Bytes()
}
