package activityapi

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/store"
)

// Pauses between two looks at whether scopes work: short at first, as the schema
// may be seconds away, then long, as a person has to act.
const (
	firstScopingPause = 2 * time.Second
	lastScopingPause  = time.Minute
)

// scoped says whether anybody may see some projects only.
func (c *Config) scoped() bool {
	return c.Authorization.ProjectClaim != "" || c.Embedding.Key != ""
}

// watchScoping says what keeps scoped identities from reading, until nothing
// does. Their requests fail anyway; this tells the operator the remedy before a
// user finds out. While the database can't be reached there is nothing to tell.
func (s *server) watchScoping(ctx context.Context, host component.Host, check func(context.Context) error) {
	var seen, said string
	for pause := firstScopingPause; ; pause = min(2*pause, lastScopingPause) {
		err := check(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			if said != "" {
				s.settings.Logger.Info("Identities that may see some projects only can read now")
				componentstatus.ReportStatus(host, componentstatus.NewEvent(componentstatus.StatusOK))
			}
			return
		case store.Unreachable(err):
			seen, pause = "", firstScopingPause
		case err.Error() != seen:
			seen = err.Error() // the exporter may be making the schema just now
		case seen != said:
			said = seen
			s.settings.Logger.Error("Identities that may see some projects only can't read", zap.Error(err))
			componentstatus.ReportStatus(host, componentstatus.NewRecoverableErrorEvent(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
