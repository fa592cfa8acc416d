package wal

import (
	"regexp"
	"strings"
)

// reading are the first words of statements that write no row. EXPLAIN is none of them,
// since EXPLAIN ANALYZE executes what it explains.
var reading = map[string]bool{
	"SELECT": true, "VALUES": true, "TABLE": true, "SHOW": true,
	"DECLARE": true, "FETCH": true, "MOVE": true, "CLOSE": true,
	"SET": true, "RESET": true, "LOCK": true, "LISTEN": true, "UNLISTEN": true, "NOTIFY": true,
	"SAVEPOINT": true, "RELEASE": true, "ROLLBACK": true, "ABORT": true, "COMMIT": true, "END": true,
	"BEGIN": true, "START": true, "PREPARE": true, "DEALLOCATE": true, "DISCARD": true,
}

var rollback = regexp.MustCompile(`(?i)\b(rollback|abort)\b`)

// Writes reports whether a statement may write rows, by its first word: WITH may, and so
// may whatever follows a semicolon. A SELECT that calls a function which writes is not
// seen through.
func Writes(sql string) bool {
	word, rest := firstWord(sql)
	return word != "" && (!reading[word] || isSeveral(rest))
}

// Undoes reports whether a statement may take back what was written before it, and with
// it what was told.
func Undoes(sql string) bool {
	word, rest := firstWord(sql)
	return word == "ROLLBACK" || word == "ABORT" || isSeveral(rest) && rollback.MatchString(rest)
}

// firstWord returns it in capitals, and what follows it.
func firstWord(sql string) (word, rest string) {
	sql = skip(sql)
	end := strings.IndexFunc(sql, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(sql)
	}
	return strings.ToUpper(sql[:end]), sql[end:]
}

// isSeveral reports whether another statement may follow. A semicolon in a text looks like
// one too: that costs a message which nobody needs.
func isSeveral(rest string) bool {
	_, next, _ := strings.Cut(rest, ";")
	return skip(next) != ""
}

// skip returns what is behind white space, comments and opening parentheses.
func skip(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n(;")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, sql, _ = strings.Cut(sql, "\n")
		case strings.HasPrefix(sql, "/*"):
			_, sql, _ = strings.Cut(sql, "*/")
		default:
			return sql
		}
	}
}
