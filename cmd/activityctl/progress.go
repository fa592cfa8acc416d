package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

const (
	redrawEvery  = 100 * time.Millisecond
	logEvery     = 5 * time.Second
	terminalLine = 79
	loggedLine   = 300
)

// watchProgress shows how far a command is until the returned function is called: in
// one line that is redrawn on a terminal, otherwise in a line now and then. line is
// called from another goroutine and returns no more than limit characters.
func watchProgress(w io.Writer, line func(limit int) string) (stop func()) {
	done, gone := make(chan struct{}), make(chan struct{})
	every, show := logEvery, func() { fmt.Fprintln(w, line(loggedLine)) }
	terminal := isTerminal(w)
	if terminal {
		every = redrawEvery
		// The escape sequence clears the rest of a longer line before.
		show = func() { fmt.Fprintf(w, "\r%s\x1b[K", line(terminalLine)) }
	}
	go func() {
		defer close(gone)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				show()
			case <-done:
				if terminal {
					show()
					fmt.Fprintln(w)
				}
				return
			}
		}
	}()
	return func() {
		close(done)
		<-gone
	}
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
