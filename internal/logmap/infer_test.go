package logmap_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

func TestSource(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attributes attrs
		resource   attrs
		scope      string
		want       model.Source
	}{
		"nothing":                      {want: model.SourceSystem},
		"user.id":                      {attributes: attrs{{"user.id", "u"}}, want: model.SourceUser},
		"enduser.id":                   {attributes: attrs{{"enduser.id", "u"}}, want: model.SourceUser},
		"enduser.pseudo.id":            {attributes: attrs{{"enduser.pseudo.id", "u"}}, want: model.SourceUser},
		"user.id beside another actor": {attributes: attrs{{"activity.actor.id", "w"}, {"user.id", "u"}}, want: model.SourceUser},
		"an actor that is no user":     {attributes: attrs{{"activity.actor.id", "w"}}, want: model.SourceSystem},
		"an actor of the type user":    {attributes: attrs{{"activity.actor.id", "w"}, {"activity.actor.type", "user"}}, want: model.SourceUser},
		"the type user without an id":  {attributes: attrs{{"activity.actor.type", "user"}}, want: model.SourceSystem},
		"faas.trigger timer":           {attributes: attrs{{"faas.trigger", "timer"}}, want: model.SourceScheduled},
		"faas.trigger http":            {attributes: attrs{{"faas.trigger", "http"}}, want: model.SourceSystem},
		"k8s.cronjob.name":             {attributes: attrs{{"k8s.cronjob.name", "nightly"}}, want: model.SourceScheduled},
		"k8s.cronjob.name, Resource":   {resource: attrs{{"k8s.cronjob.name", "nightly"}}, want: model.SourceScheduled},
		"faas.trigger timer, Resource": {resource: attrs{{"faas.trigger", "timer"}}, want: model.SourceScheduled},
		"scheduled before user":        {attributes: attrs{{"user.id", "u"}, {"faas.trigger", "timer"}}, want: model.SourceScheduled},
		"service.peer.name":            {attributes: attrs{{"service.peer.name", "pay"}}, want: model.SourceIntegration},
		"outgoing HTTP":                {attributes: attrs{{"http.request.method", "GET"}, {"url.full", "https://x/"}}, want: model.SourceIntegration},
		"outgoing HTTP by host":        {attributes: attrs{{"http.request.method", "GET"}, {"server.address", "x"}}, want: model.SourceIntegration},
		"incoming HTTP by route":       {attributes: attrs{{"http.request.method", "GET"}, {"http.route", "/"}, {"server.address", "x"}}, want: model.SourceSystem},
		"incoming HTTP by path":        {attributes: attrs{{"http.request.method", "GET"}, {"url.path", "/"}, {"server.address", "x"}}, want: model.SourceSystem},
		"a URL alone":                  {attributes: attrs{{"url.full", "https://x/"}}, want: model.SourceSystem},
		"user before integration":      {attributes: attrs{{"service.peer.name", "pay"}, {"user.id", "u"}}, want: model.SourceUser},
		"the WAL receiver":             {attributes: attrs{{"user.id", "u"}}, scope: "github.com/otel-activity/otel-activity/receiver/postgreswalreceiver", want: model.SourceDatabase},
		"said, against all hints":      {attributes: attrs{{"user.id", "u"}, {"activity.source", "integration"}}, want: model.SourceIntegration},
		"said in capitals":             {attributes: attrs{{"activity.source", "SCHEDULED"}}, want: model.SourceScheduled},
		"unknown word and a hint":      {attributes: attrs{{"user.id", "u"}, {"activity.source", "martian"}}, want: model.SourceUser},
		"empty hints":                  {attributes: attrs{{"user.id", ""}, {"service.peer.name", ""}, {"k8s.cronjob.name", nil}}, want: model.SourceSystem},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, _ := single(t, c.attributes)
			c.resource.fill(t, ld.ResourceLogs().At(0).Resource().Attributes())
			ld.ResourceLogs().At(0).ScopeLogs().At(0).Scope().SetName(c.scope)
			require.Equal(t, c.want.String(), mapOne(t, ld).Source.String())
		})
	}
	for _, word := range model.SourceWords() {
		require.Equal(t, word, mapAttrs(t, attrs{{"activity.source", word}}).Source.String())
	}
}

func TestActorIsTheServiceUnlessAUserActs(t *testing.T) {
	t.Parallel()
	for _, source := range model.Sources() {
		ld, _ := single(t, attrs{{"activity.source", source.String()}})
		ld.ResourceLogs().At(0).Resource().Attributes().PutStr("service.name", "shop")
		want := "shop"
		if source == model.SourceUser {
			want = ""
		}
		require.Equal(t, want, mapOne(t, ld).ActorID, source)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attributes attrs
		severity   plog.SeverityNumber
		want       model.Status
		rest       string
	}{
		"nothing":                   {want: model.StatusUnknown},
		"audit.outcome":             {attributes: attrs{{"audit.outcome", "success"}}, want: model.StatusSuccess},
		"event.outcome":             {attributes: attrs{{"event.outcome", "failure"}}, want: model.StatusFailure},
		"activity.status wins":      {attributes: attrs{{"event.outcome", "failure"}, {"audit.outcome", "pending"}, {"activity.status", "success"}}, want: model.StatusSuccess, rest: `{"event.outcome":"failure","audit.outcome":"pending"}`},
		"audit.outcome wins":        {attributes: attrs{{"event.outcome", "failure"}, {"audit.outcome", "pending"}}, want: model.StatusPending, rest: `{"event.outcome":"failure"}`},
		"British spelling":          {attributes: attrs{{"activity.status", "cancelled"}}, want: model.StatusCanceled},
		"British spelling, capital": {attributes: attrs{{"audit.outcome", "Cancelled"}}, want: model.StatusCanceled},
		"unknown says nothing":      {attributes: attrs{{"event.outcome", "unknown"}}, want: model.StatusUnknown},
		"unknown and an error":      {attributes: attrs{{"event.outcome", "unknown"}}, severity: 17, want: model.StatusFailure},
		"unheard-of word":           {attributes: attrs{{"activity.status", "half"}, {"event.outcome", "failure"}}, want: model.StatusFailure, rest: `{"activity.status":"half"}`},
		"error.type":                {attributes: attrs{{"error.type", "402"}}, want: model.StatusFailure, rest: `{"error.type":"402"}`},
		"empty error.type":          {attributes: attrs{{"error.type", ""}}, want: model.StatusUnknown, rest: `{"error.type":""}`},
		"exception.type":            {attributes: attrs{{"exception.type", "E"}}, want: model.StatusFailure, rest: `{"exception.type":"E"}`},
		"exception.message":         {attributes: attrs{{"exception.message", "boom"}}, want: model.StatusFailure},
		"HTTP 399":                  {attributes: attrs{{"http.response.status_code", 399}}, want: model.StatusUnknown, rest: `{"http.response.status_code":399}`},
		"HTTP 400":                  {attributes: attrs{{"http.response.status_code", 400}}, want: model.StatusFailure, rest: `{"http.response.status_code":400}`},
		"HTTP 503 as text":          {attributes: attrs{{"http.response.status_code", "503"}}, want: model.StatusFailure, rest: `{"http.response.status_code":"503"}`},
		"severity 16":               {severity: 16, want: model.StatusUnknown},
		"severity 17":               {severity: 17, want: model.StatusFailure},
		"said, against all hints":   {attributes: attrs{{"activity.status", "success"}, {"error.type", "x"}}, severity: 17, want: model.StatusSuccess, rest: `{"error.type":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, c.attributes)
			r.SetSeverityNumber(c.severity)
			a := mapOne(t, ld)
			require.Equal(t, c.want.String(), a.Status.String())
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

func TestSeverityNumbers(t *testing.T) {
	t.Parallel()
	for number := range int32(25) {
		want := model.SeverityInfo
		switch {
		case number >= 17:
			want = model.SeverityCritical
		case number >= 13:
			want = model.SeverityWarning
		case number >= 10:
			want = model.SeverityNotice
		}
		ld, r := single(t, nil)
		r.SetSeverityNumber(plog.SeverityNumber(number))
		a := mapOne(t, ld)
		require.Equal(t, want, a.Severity, number)
		require.EqualValues(t, number, a.SeverityNumber)
		require.Nil(t, a.Attributes)
	}
}

func TestSeverity(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attribute any
		text      string
		number    plog.SeverityNumber
		want      model.Severity
		rest      string
	}{
		"the attribute wins":       {"critical", "notice", 9, model.SeverityCritical, `{"activity.original.severity_text":"notice"}`},
		"the number's own name":    {"critical", "INFO", 9, model.SeverityCritical, ""},
		"the attribute, capitals":  {"Notice", "", 9, model.SeverityNotice, ""},
		"the text wins":            {nil, "warning", 9, model.SeverityWarning, ""},
		"the text, capitals":       {nil, "NOTICE", 18, model.SeverityNotice, ""},
		"a text of another family": {nil, "WARN", 13, model.SeverityWarning, ""},
		"a short name":             {nil, "warn2", 14, model.SeverityWarning, ""},
		"a text that says more":    {nil, "EMERGENCY", 21, model.SeverityCritical, `{"activity.original.severity_text":"EMERGENCY"}`},
		"a text without a number":  {nil, "ERROR", 0, model.SeverityInfo, `{"activity.original.severity_text":"ERROR"}`},
		"an unheard-of word":       {"catastrophic", "info", 9, model.SeverityInfo, `{"activity.severity":"catastrophic"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, attrs{{"activity.severity", c.attribute}})
			r.SetSeverityText(c.text)
			r.SetSeverityNumber(c.number)
			a := mapOne(t, ld)
			require.Equal(t, c.want.String(), a.Severity.String())
			require.EqualValues(t, c.number, a.SeverityNumber)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

func TestActorType(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"user", "service", "agent", "system", "anonymous"} {
		require.Equal(t, word, mapAttrs(t, attrs{{"activity.actor.type", word}}).ActorType)
		require.Equal(t, word, mapAttrs(t, attrs{{"audit.actor.type", word}}).ActorType)
	}
	a := mapAttrs(t, attrs{{"audit.actor.type", "service"}, {"activity.actor.type", "agent"}})
	require.Equal(t, "agent", a.ActorType)
	require.JSONEq(t, `{"audit.actor.type":"service"}`, string(a.Attributes))
}

func TestUnknownWords(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"activity.source", "activity.status", "audit.outcome", "event.outcome", "activity.severity",
		"activity.actor.type", "audit.actor.type",
	} {
		for _, value := range []any{"martian", 7, list{"user"}, "a word that is longer than any of them"} {
			t.Run(fmt.Sprint(key, value), func(t *testing.T) {
				t.Parallel()
				ld, _ := single(t, attrs{{key, value}})
				activities, _, stats := mapAll(t, ld)
				require.Equal(t, 1, stats.UnknownWords)
				require.Zero(t, stats.Repaired)
				require.Contains(t, string(activities[0].Attributes), `"`+key+`":`)
				require.Equal(t, model.SourceSystem, activities[0].Source)
				require.Equal(t, model.StatusUnknown, activities[0].Status)
				require.Equal(t, model.SeverityInfo, activities[0].Severity)
				require.Empty(t, activities[0].ActorType)
			})
		}
	}
}
