package embeddedpostgres

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// The process, and for a session who it is.
const logLinePrefix = "[%p] %q%u@%d "

var logLine = regexp.MustCompile(`^\[(\d+)\] (?:(.+@.*) )?([A-Z]+\d?):  (.*)$`)

// keptLines are enough for what a server says before it gives up its start.
const keptLines = 8

// serverLog hands the lines of the server's log to the Collector's.
type serverLog struct {
	logger *zap.Logger

	mu      sync.Mutex
	partial []byte
	last    []string // the last messages that tell of trouble
}

// Write takes a piece of the log.
func (l *serverLog) Write(piece []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, piece...)
	for {
		line, rest, found := bytes.Cut(l.partial, []byte("\n"))
		if !found {
			return len(piece), nil
		}
		l.line(string(line))
		l.partial = rest
	}
}

func (l *serverLog) line(line string) {
	parts := logLine.FindStringSubmatch(line)
	if parts == nil {
		// A message's further lines, or what the loader says before the log is open.
		l.logger.Info(strings.TrimSpace(line))
		l.keep(line)
		return
	}
	pid, session, level, message := parts[1], parts[2], parts[3], parts[4]
	if session == "" && (level == "FATAL" || level == "PANIC" || strings.Contains(message, configFile)) {
		l.keep(message)
	}
	fields := []zap.Field{zap.String("pid", pid)}
	if session != "" {
		fields = append(fields, zap.String("session", session))
	}
	l.logger.Check(zapLevel(level, session != ""), message).Write(fields...)
}

func (l *serverLog) keep(line string) {
	l.last = append(l.last, strings.TrimSpace(line))
	l.last = l.last[max(0, len(l.last)-keptLines):]
}

// trouble is what the server said last before it ended.
func (l *serverLog) trouble() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.last, "; ")
}

// zapLevel translates the server's level. A session's error is the answer to its
// client, which decides what it means: the exporter meets a record that is there
// already by just such an error.
func zapLevel(level string, session bool) zapcore.Level {
	switch level {
	case "PANIC":
		return zapcore.ErrorLevel
	case "FATAL":
		if session {
			return zapcore.WarnLevel
		}
		return zapcore.ErrorLevel
	case "ERROR":
		if session {
			return zapcore.DebugLevel
		}
		return zapcore.ErrorLevel
	case "WARNING":
		return zapcore.WarnLevel
	case "LOG", "INFO", "NOTICE":
		return zapcore.InfoLevel
	default:
		return zapcore.DebugLevel
	}
}
