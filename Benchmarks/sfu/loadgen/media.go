package main

import (
	"encoding/binary"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
)

// historyBits is how far back a stream knows which sequence numbers it has seen.
const historyBits = 4096

// stream is one SSRC at one viewer. Sequence numbers are unwrapped to 64 bits.
type stream struct {
	ssrc                uint32
	isVideo             bool
	first, highest      int64
	seen                [historyBits / 64]uint64
	unique              uint64 // since the first packet
	number, firstNumber uint64 // numbers in the trailers: of the newest checked packet, and of the first packet
	hasNumber           bool

	base    int64 // first of the window
	running counts
	window  counts
	lost    uint64 // within the window

	// For reports.
	reportedExpected, reportedReceived int64
	senderReport                       uint32 // middle 32 bits of its NTP time
	senderReportAt                     int64
}

type counts struct{ received, duplicates, bytes uint64 }

// note accounts for one packet and says whether it came for the first time.
func (s *stream) note(sequence uint16) (isNew bool) {
	delta := int64(int16(sequence - uint16(s.highest)))
	index := s.highest + delta
	if delta > 0 {
		if delta >= historyBits {
			s.seen = [historyBits / 64]uint64{}
		} else {
			for i := s.highest + 1; i <= index; i++ {
				s.seen[i%historyBits/64] &^= 1 << (i % 64)
			}
		}
		s.highest = index
	} else if delta <= -historyBits || index < 0 {
		return false
	}
	word, bit := &s.seen[index%historyBits/64], uint64(1)<<(index%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

func (s *stream) beginWindow() {
	s.base, s.running = s.highest+1, counts{}
}

func (s *stream) endWindow() {
	s.window = s.running
	if expected := s.highest - s.base + 1; expected > int64(s.window.received) {
		s.lost = uint64(expected - int64(s.window.received))
	}
}

func (p *peer) stream(ssrc uint32, sequence uint16, payloadType uint8) *stream {
	for k := 0; k < p.streamCount; k++ {
		if p.streams[k].ssrc == ssrc {
			return &p.streams[k]
		}
	}
	if p.streamCount == len(p.streams) {
		p.strangers++
		return nil
	}
	s := &p.streams[p.streamCount]
	p.streamCount++
	// One round of sequence numbers above zero, so that packets from before the first stay positive.
	first := int64(sequence) + 1<<16
	*s = stream{ssrc: ssrc, isVideo: payloadType == p.videoType, first: first, highest: first - 1, base: first}
	return s
}

func (p *peer) receiveRTP(packet []byte, at int64) {
	if p.srtp.Load() == nil {
		if len(p.early) < earlyLimit {
			p.early = append(p.early, earlyPacket{append([]byte(nil), packet...), at})
		}
		// What its arrival proves does not wait for keys.
		if p.times.packet == 0 {
			p.times.packet = at
		}
		return
	}
	if p.early != nil {
		early := p.early
		p.early = nil
		for _, e := range early {
			p.takeRTP(e.bytes, e.at)
		}
	}
	p.takeRTP(packet, at)
}

func (p *peer) takeRTP(packet []byte, at int64) {
	ssrc, sequence := binary.BigEndian.Uint32(packet[8:]), binary.BigEndian.Uint16(packet[2:])
	s := p.stream(ssrc, sequence, packet[1]&0x7f)
	if s == nil {
		return
	}
	if p.times.packet == 0 {
		p.times.packet = at
	}
	if s.isVideo && p.times.video == 0 {
		p.times.video = at
		close(p.media)
	}
	isNew := s.note(sequence)
	if p.engine.options.feedback {
		p.feedback.note(p, s, packet, sequence, isNew, at)
	}
	s.running.bytes += uint64(len(packet))
	if !isNew {
		s.running.duplicates++
		return
	}
	s.running.received++
	s.unique++
	isWanted := !s.hasNumber || s.unique <= 10 || (s.isVideo && p.times.keyFrame == 0) || s.unique%p.engine.options.sample == 0
	if isWanted {
		p.check(s, packet, at)
	}
}

// check decrypts a packet and reads its trailer.
func (p *peer) check(s *stream, packet []byte, at int64) {
	plain, err := p.srtp.Load().in.DecryptRTP(p.engine.plain[:0], packet, nil)
	if err != nil {
		p.undecrypted++
		return
	}
	var header rtp.Header
	offset, err := header.Unmarshal(plain)
	if err != nil {
		p.undecrypted++
		return
	}
	end := len(plain)
	if header.Padding {
		end -= int(plain[end-1])
	}
	if end <= offset {
		return // A probe: padding alone.
	}
	payload := plain[offset:end]
	t, ok := readTrailer(payload)
	if !ok || int(t.publisher) != p.publisher || (t.kind == videoKind) != s.isVideo {
		p.undecrypted++
		return
	}
	p.decrypted++
	if !s.hasNumber {
		s.hasNumber = true
		s.firstNumber = t.number - uint64(s.highest-s.first)
	}
	s.number = t.number
	if s.isVideo && p.times.keyFrame == 0 && startsKeyFrame(payload) {
		p.times.keyFrame = at
	}
	if p.engine.inWindow {
		p.engine.latency.add(at - t.sentAt)
	}
}

func (p *peer) receiveRTCP(packet []byte, at int64) {
	contexts := p.srtp.Load()
	if contexts == nil || !(p.isPublisher || p.engine.options.feedback) {
		return
	}
	plain, err := contexts.in.DecryptRTCP(nil, packet, nil)
	if err != nil {
		p.undecrypted++
		return
	}
	packets, err := rtcp.Unmarshal(plain)
	if err != nil {
		return
	}
	for _, x := range packets {
		switch x := x.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			p.keyFrameRequests.Add(1)
		case *rtcp.TransportLayerNack:
			if p.resender != nil && p.engine.options.feedback {
				p.resender.resend(x)
			}
		case *rtcp.SenderReport:
			for k := 0; k < p.streamCount; k++ {
				if s := &p.streams[k]; s.ssrc == x.SSRC {
					s.senderReport, s.senderReportAt = uint32(x.NTPTime>>16), at
				}
			}
		case *rtcp.TransportLayerCC:
			if p.resender != nil {
				p.resender.transportFeedbacks++
			}
		case *rtcp.ReceiverReport:
			if p.resender != nil {
				p.resender.receiverReports++
			}
		}
	}
}
