package migration

import (
	"testing"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
