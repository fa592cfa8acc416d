package store

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
)

// Decoded is a field of a proof as people read it; empty for NULL.
func Decoded(f *seal.Field) string {
	switch value := []byte(f.Bytes); {
	case f.Text != nil:
		return *f.Text
	case len(value) == 0:
		return ""
	case len(value) == 2 && f.Column == "severity_number":
		return strconv.Itoa(int(int16(binary.BigEndian.Uint16(value)))) //nolint:gosec // the bits are meant
	case len(value) == 16 && f.Column == "id":
		return model.ID(value).String()
	case len(value) != 8 || f.Column == "span_id":
		return hex.EncodeToString(value)
	default:
		return decoded8(f.Column, value)
	}
}

func decoded8(column string, field []byte) string {
	bits := binary.BigEndian.Uint64(field)
	switch column {
	case "duration":
		return strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64)
	case "occurred_at", "observed_at":
		return timestamp(field).Time().Format(time.RFC3339Nano)
	default:
		return strconv.FormatInt(int64(bits), 10) //nolint:gosec // the bits are meant
	}
}
