package main

import (
	"sort"
	"strconv"
	"time"
)

const (
	fineBuckets   = 50_000
	fineWidth     = int64(time.Microsecond)
	coarseBuckets = 50_000
	coarseWidth   = int64(100 * time.Microsecond)
	fineSpan      = fineBuckets * fineWidth
)

// histogram of nanoseconds: buckets of 1 us up to 50 ms, then of 100 us up to 5 s, the last one open.
type histogram struct {
	buckets [fineBuckets + coarseBuckets]uint64
	count   uint64
	maximum int64
}

func (h *histogram) add(nanoseconds int64) {
	if nanoseconds < 0 {
		nanoseconds = 0
	}
	if nanoseconds > h.maximum {
		h.maximum = nanoseconds
	}
	i := nanoseconds / fineWidth
	if nanoseconds >= fineSpan {
		i = fineBuckets + (nanoseconds-fineSpan)/coarseWidth
		if i >= int64(len(h.buckets)) {
			i = int64(len(h.buckets)) - 1
		}
	}
	h.buckets[i]++
	h.count++
}

// quantile is in milliseconds.
func (h *histogram) quantile(share float64) float64 {
	if h.count == 0 {
		return 0
	}
	wanted, seen := uint64(share*float64(h.count)), uint64(0)
	for i, n := range h.buckets {
		seen += n
		if seen > wanted {
			if i < fineBuckets {
				return milliseconds(int64(i) * fineWidth)
			}
			return milliseconds(fineSpan + int64(i-fineBuckets)*coarseWidth)
		}
	}
	return milliseconds(h.maximum)
}

func milliseconds(nanoseconds int64) float64 { return rounded(float64(nanoseconds) / 1e6) }

// quantiles of a list of milliseconds.
type quantiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func quantilesOf(values []float64) quantiles {
	sort.Float64s(values)
	at := func(share float64) float64 {
		if len(values) == 0 {
			return 0
		}
		i := int(share * float64(len(values)))
		if i >= len(values) {
			i = len(values) - 1
		}
		return rounded(values[i])
	}
	return quantiles{at(.5), at(.9), at(.99), at(1)}
}

// rounded keeps six significant digits.
func rounded(x float64) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	return v
}

func ratio(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return rounded(float64(a) / float64(b))
}
