package store

import (
	"testing"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
)

func BenchmarkRowSealer(b *testing.B) {
	all := testActivities(8192, yesterday(), time.Second)
	for i := range all {
		all[i].Details = "the order was refunded because the parcel came back"
		all[i].ServiceName, all[i].Environment = "checkout", "production"
		all[i].TraceID, all[i].SpanID = model.TraceID{1}, model.SpanID{1}
		all[i].Attributes = []byte(`{"http.request.method":"POST","http.route":"/orders/{id}/refund","user.email":"someone@example.com"}`)
	}
	batch := testBatch(all...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		batch.sealer.fields(batch.encoded, &batch.entries[i%len(all)])
	}
}
