package main

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// Pion's parser reads what is written here: gaps, a large delta, reordering and sequence numbers that wrap.
func TestTransportFeedback(t *testing.T) {
	start := int64(1_700_000_000) * int64(time.Second)
	after := func(milliseconds int64) int64 { return start + milliseconds*int64(time.Millisecond) }
	arrivals := []arrival{{65534, after(0)}, {65535, after(1)}, {3, after(90)}, {1, after(4)}, {4, after(91)}, {11, after(92)}}
	raw := transportFeedback(arrivals, 7, 1, 2)
	var got rtcp.TransportLayerCC
	if err := got.Unmarshal(raw); err != nil {
		t.Fatal(err)
	}
	if got.BaseSequenceNumber != 65534 || got.PacketStatusCount != 14 || got.FbPktCount != 7 || got.SenderSSRC != 1 || got.MediaSSRC != 2 {
		t.Errorf("header: %+v", got)
	}
	want := []int64{start % int64(64*time.Millisecond) / 1000 / 250 * 250, 1000, 3000, 86000, 1000, 1000}
	if len(got.RecvDeltas) != len(want) {
		t.Fatalf("%d deltas", len(got.RecvDeltas))
	}
	for i, delta := range got.RecvDeltas {
		if delta.Delta != want[i] {
			t.Errorf("delta %d is %d us, not %d", i, delta.Delta, want[i])
		}
	}
}

func TestStreamNotesEachSequenceNumberOnce(t *testing.T) {
	first := int64(65530) + 1<<16
	s := stream{first: first, highest: first - 1}
	for i := 0; i < 20_000; i++ {
		sequence := uint16(65530 + i)
		if i%3 == 0 {
			continue
		}
		if !s.note(sequence) || s.note(sequence) {
			t.Fatalf("packet %d", i)
		}
		if i%3 == 2 && (!s.note(sequence-2) || s.note(sequence-2)) {
			t.Fatalf("packet %d, late", i-2)
		}
	}
	if s.note(uint16(65530)) {
		t.Error("what is too old to know counts as seen")
	}
}

func TestTransportSequence(t *testing.T) {
	packet := append(make([]byte, 12), 0xbe, 0xde, 0, 2, 0x22, 1, 2, 3, 0x31, 0xab, 0xcd, 0)
	packet[0] = 0x90
	if n, ok := transportSequence(packet, 3); !ok || n != 0xabcd {
		t.Errorf("%x %v", n, ok)
	}
	for length := 12; length < len(packet); length++ {
		if _, ok := transportSequence(packet[:length], 3); ok {
			t.Errorf("read from %d bytes", length)
		}
	}
}
