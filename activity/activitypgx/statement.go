package activitypgx

import "strings"

// reading are the first words of statements that write no row.
var reading = map[string]bool{
	"SELECT": true, "VALUES": true, "TABLE": true, "SHOW": true, "EXPLAIN": true,
	"DECLARE": true, "FETCH": true, "MOVE": true, "CLOSE": true,
	"SET": true, "RESET": true, "LOCK": true, "LISTEN": true, "UNLISTEN": true, "NOTIFY": true,
	"SAVEPOINT": true, "RELEASE": true, "ROLLBACK": true, "COMMIT": true, "BEGIN": true, "START": true,
	"PREPARE": true, "DEALLOCATE": true, "DISCARD": true,
}

// writes reports whether a statement may write rows, by its first word: WITH may. A
// SELECT that calls a function which writes is not seen through.
func writes(sql string) bool {
	sql = skip(sql)
	end := strings.IndexFunc(sql, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(sql)
	}
	word := strings.ToUpper(sql[:end])
	return word != "" && !reading[word]
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
