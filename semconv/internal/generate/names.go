package main

import "strings"

var initialisms = map[string]string{
	"db": "DB", "http": "HTTP", "id": "ID", "rpc": "RPC", "uid": "UID", "url": "URL",
}

// goName turns a dotted name into the one that Go code uses for it:
// log.record.uid becomes LogRecordUID.
func goName(name string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '_' }) {
		if upper, ok := initialisms[part]; ok {
			b.WriteString(upper)
			continue
		}
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// tsName turns a dotted name into the one that TypeScript code uses for it, as
// OpenTelemetry's own constants are named: log.record.uid becomes ATTR_LOG_RECORD_UID.
func tsName(name string) string {
	return "ATTR_" + strings.ToUpper(strings.ReplaceAll(name, ".", "_"))
}

// plural names the list of an enum's words: Status becomes Statuses.
func plural(name string) string {
	switch {
	case strings.HasSuffix(name, "s"):
		return name + "es"
	case strings.HasSuffix(name, "y"):
		return strings.TrimSuffix(name, "y") + "ies"
	default:
		return name + "s"
	}
}
