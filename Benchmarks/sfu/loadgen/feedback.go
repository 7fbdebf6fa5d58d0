package main

import (
	"encoding/binary"
	"sort"
	"time"

	"github.com/pion/rtcp"
)

const (
	reportInterval            = time.Second
	transportFeedbackInterval = 100 * time.Millisecond
)

// viewerFeedback is what one viewer tells the server, as a browser would.
type viewerFeedback struct {
	arrivals      []arrival
	feedbackCount uint8
	nextReport    int64
	nextTransport int64
	counts        feedbackCounts // within the window
}

type feedbackCounts struct{ reports, transportFeedbacks, nacks, resends uint64 }

type arrival struct {
	sequence uint16
	at       int64
}

func (f *viewerFeedback) note(p *peer, s *stream, packet []byte, sequence uint16, isNew bool, at int64) {
	if n, ok := transportSequence(packet, p.extensions.transportWideCC); ok {
		f.arrivals = append(f.arrivals, arrival{n, at})
	}
	if !isNew {
		f.counts.resends++
		return
	}
	// Each viewer asks for other packets than its neighbours, as with losses of their own. The packet has arrived, so
	// that a server which does not answer shows in the count of resends and not in the loss.
	every := uint64(p.engine.options.nackEvery)
	if s.isVideo && every > 0 && (s.unique+uint64(p.id))%every == 0 {
		nack := &rtcp.TransportLayerNack{SenderSSRC: p.ssrc("video"), MediaSSRC: s.ssrc, Nacks: []rtcp.NackPair{{PacketID: sequence}}}
		if p.sendRTCP(nack) {
			f.counts.nacks++
		}
	}
}

// sendFeedback runs on the receiving thread and sends what is due.
func (e *engine) sendFeedback(peers []*peer) {
	t := now()
	for _, p := range peers {
		if p.isPublisher || p.srtp.Load() == nil || p.streamCount == 0 {
			continue
		}
		f := &p.feedback
		if f.nextReport == 0 {
			f.nextReport, f.nextTransport = t+int64(reportInterval), t+int64(transportFeedbackInterval)
			continue
		}
		if t >= f.nextReport {
			f.nextReport += int64(reportInterval)
			for k := 0; k < p.streamCount; k++ {
				if p.sendRTCP(p.receiverReport(&p.streams[k], t)) {
					f.counts.reports++
				}
			}
		}
		if t >= f.nextTransport {
			f.nextTransport += int64(transportFeedbackInterval)
			if len(f.arrivals) > 0 {
				raw := transportFeedback(f.arrivals, f.feedbackCount, p.ssrc("video"), p.streams[0].ssrc)
				f.arrivals = f.arrivals[:0]
				f.feedbackCount++
				if p.sendRawRTCP(raw) {
					f.counts.transportFeedbacks++
				}
			}
		}
	}
}

// receiverReport is for one stream: libwebrtc, too, sends one for each.
func (p *peer) receiverReport(s *stream, t int64) *rtcp.ReceiverReport {
	expected, received := s.highest-s.first+1, int64(s.unique)
	block := rtcp.ReceptionReport{SSRC: s.ssrc, LastSequenceNumber: uint32(s.highest - 1<<16)}
	if lost := expected - received; lost > 0 {
		block.TotalLost = uint32(lost)
	}
	newExpected, newReceived := expected-s.reportedExpected, received-s.reportedReceived
	if lost := newExpected - newReceived; lost > 0 && newExpected > 0 {
		block.FractionLost = uint8(lost * 256 / (newExpected + 1))
	}
	s.reportedExpected, s.reportedReceived = expected, received
	if s.senderReportAt > 0 {
		block.LastSenderReport = s.senderReport
		// Less than the truth, which lengthens the round trip that the server computes (RFC 3550 §6.4.1).
		if held := t - s.senderReportAt - int64(p.engine.options.roundTrip); held > 0 {
			block.Delay = uint32(held * 65536 / int64(time.Second))
		}
	}
	return &rtcp.ReceiverReport{SSRC: p.ssrc("video"), Reports: []rtcp.ReceptionReport{block}}
}

func (p *peer) sendRTCP(packet rtcp.Packet) bool {
	raw, err := packet.Marshal()
	return err == nil && p.sendRawRTCP(raw)
}

func (p *peer) sendRawRTCP(raw []byte) bool {
	contexts := p.srtp.Load()
	if contexts == nil {
		return false
	}
	out, err := contexts.out.EncryptRTCP(nil, raw, nil)
	return err == nil && p.send(out) == nil
}

// transportFeedback writes one message with two-bit status vectors
// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
func transportFeedback(arrivals []arrival, count uint8, sender, media uint32) []byte {
	const (
		tick          = int64(250 * time.Microsecond)
		referenceTick = int64(64 * time.Millisecond)
		chunkSymbols  = 7
	)
	sort.SliceStable(arrivals, func(i, k int) bool { return int16(arrivals[i].sequence-arrivals[k].sequence) < 0 })
	base, last := arrivals[0].sequence, arrivals[len(arrivals)-1].sequence
	statuses := int(last-base) + 1
	symbols := make([]byte, (statuses+chunkSymbols-1)/chunkSymbols*chunkSymbols)
	reference := arrivals[0].at / referenceTick
	deltas := make([]byte, 0, 2*len(arrivals))
	previous := reference * referenceTick / tick
	for i, a := range arrivals {
		if i > 0 && a.sequence == arrivals[i-1].sequence {
			continue
		}
		delta := a.at/tick - previous
		previous += delta
		if delta >= 0 && delta <= 255 {
			symbols[a.sequence-base] = 1
			deltas = append(deltas, byte(delta))
			continue
		}
		if delta > 32767 {
			delta = 32767
		} else if delta < -32768 {
			delta = -32768
		}
		symbols[a.sequence-base] = 2
		deltas = append(deltas, byte(uint16(delta)>>8), byte(delta))
	}

	b := make([]byte, 20, 20+2*len(symbols)/chunkSymbols+len(deltas)+4)
	b[0], b[1] = 2<<6|15, 205
	binary.BigEndian.PutUint32(b[4:], sender)
	binary.BigEndian.PutUint32(b[8:], media)
	binary.BigEndian.PutUint16(b[12:], base)
	binary.BigEndian.PutUint16(b[14:], uint16(statuses))
	b[16], b[17], b[18], b[19] = byte(reference>>16), byte(reference>>8), byte(reference), count
	for i := 0; i < len(symbols); i += chunkSymbols {
		chunk := uint16(3 << 14)
		for k, symbol := range symbols[i : i+chunkSymbols] {
			chunk |= uint16(symbol) << (12 - 2*k)
		}
		b = append(b, byte(chunk>>8), byte(chunk))
	}
	b = append(b, deltas...)
	if padding := -len(b) & 3; padding > 0 {
		b[0] |= 1 << 5
		b = append(b, make([]byte, padding)...)
		b[len(b)-1] = byte(padding)
	}
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)/4-1))
	return b
}
