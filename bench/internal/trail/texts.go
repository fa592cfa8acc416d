package trail

import (
	"math"
	"strconv"

	"github.com/otel-activity/otel-activity/internal/model"
)

// Bytes of details and attributes together: half of all below the median, one in
// twenty up to those of an audited API call, very few those of a webhook.
const (
	medianBytes   = 300
	spread        = 0.3
	shareLong     = 0.05
	longBytes     = 1200
	shareWebhook  = 0.0002
	webhookBytes  = 24 << 10
	fillerBytes   = 64 << 10
	detailsAtMost = 160
)

// filler is what texts are cut from: words, so that it compresses as texts do.
var filler = makeFiller()

func makeFiller() []byte {
	words := []string{
		"the", "team", "moved", "shipment", "after", "customer", "called", "again", "about", "delivery", "address",
		"changed", "from", "warehouse", "north", "paid", "by", "card", "invoice", "sent", "reminder", "open", "balance",
	}
	text := make([]byte, 0, fillerBytes+16)
	for i := 0; len(text) < fillerBytes; i++ {
		text = append(text, words[(i*i/7+i*3)%len(words)]...)
		text = append(text, ' ')
		if i%11 == 0 {
			text = strconv.AppendInt(text, int64(i)*7919%100_000, 10)
			text = append(text, ' ')
		}
	}
	return text
}

func (t *Trail) cut(bytes int) []byte {
	from := t.random.IntN(len(filler) - bytes)
	return filler[from : from+bytes]
}

func (t *Trail) bytes() int {
	r := t.random
	switch drawn := r.Float64(); {
	case drawn < shareWebhook:
		return longBytes + r.IntN(webhookBytes-longBytes)
	case drawn < shareLong:
		return medianBytes + r.IntN(longBytes-medianBytes)
	default:
		return int(medianBytes * math.Exp(r.NormFloat64()*spread))
	}
}

func (t *Trail) addTexts(a *model.Activity) {
	r := t.random
	left := t.bytes()
	details := min(detailsAtMost, left/3)
	a.Details = string(t.cut(details))
	left -= details

	text := make([]byte, 0, left+64)
	text = append(text, `{"http.request.method":"POST","http.route":"/api/v2/`...)
	text = append(text, a.EntityType...)
	text = append(text, `/{id}","session.id":"`...)
	text = strconv.AppendUint(text, r.Uint64(), 16)
	text = append(text, `","note":"`...)
	text = append(text, t.cut(max(0, left-len(text)-2))...)
	text = append(text, `"}`...)
	a.Attributes = text

	if r.Float64() < shareChanged {
		changes := make([]byte, 0, 96)
		changes = append(changes, `{"before":{"state":"open","total":`...)
		changes = strconv.AppendInt(changes, r.Int64N(10_000), 10)
		changes = append(changes, `},"after":{"state":"paid","total":`...)
		changes = strconv.AppendInt(changes, r.Int64N(10_000), 10)
		changes = append(changes, `},"fields":["state","total"]}`...)
		a.Changes = changes
	}
}
