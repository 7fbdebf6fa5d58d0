package main

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"golang.org/x/sys/unix"
)

// resendHistory is how many of the newest video packets a publisher can send again: 4 s at 250 per second.
const resendHistory = 1024

// publisher makes and sends the packets of one peer, all on the sending thread but for resends.
type publisher struct {
	peer    *peer
	options *options

	video, audio      track
	frame             uint64
	indexInFrame      int
	sizes             []int
	packetsInFrame    int
	isKeyFrame        bool
	requestsServed    int64
	lastKeyFrame      int64
	transportSequence uint16
	noise             uint64

	nextVideo, nextAudio, nextReport int64
	payload                          [2048]byte
	raw                              []byte

	mutex   sync.Mutex
	history [resendHistory]sentPacket
	resends uint64

	withheldPackets, sendErrors, keyFrames atomic.Uint64
	latest                                 atomic.Int64

	// The receiving thread's.
	transportFeedbacks, receiverReports uint64
}

type track struct {
	kind       string
	mid        string
	sequence   uint16
	timestamp  uint32
	ssrc       uint32
	octets     uint32
	sentNumber atomic.Uint64
}

// sentPacket keeps the protected bytes: a resend is the same datagram, which spends no second nonce on it.
type sentPacket struct {
	sequence uint16
	datagram []byte
}

func newPublisher(p *peer, o *options) *publisher {
	b := &publisher{peer: p, options: o, raw: make([]byte, 0, 2048), noise: uint64(p.id)*0x9e3779b97f4a7c15 + 1}
	b.video.kind, b.video.mid, b.video.ssrc = "video", "1", p.ssrc("video")
	b.audio.kind, b.audio.mid, b.audio.ssrc = "audio", "0", p.ssrc("audio")
	p.resender = b
	return b
}

func (b *publisher) number() uint64 { return b.video.sentNumber.Load() + b.audio.sentNumber.Load() }

// random is xorshift64: cheap, and the same in each run.
func (b *publisher) random(below int) int {
	b.noise ^= b.noise << 13
	b.noise ^= b.noise >> 7
	b.noise ^= b.noise << 17
	return int(b.noise % uint64(below))
}

func (b *publisher) beginFrame(t int64) {
	o := b.options
	// Frames take turns in length so that the rate comes out exactly.
	count := func(frames uint64) int { return int(frames * uint64(o.videoRate) / uint64(o.framesPerSecond)) }
	b.packetsInFrame = count(b.frame+1) - count(b.frame)
	b.video.timestamp += uint32(90000 / o.framesPerSecond)
	requested := b.peer.keyFrameRequests.Load()
	b.isKeyFrame = b.frame == 0 ||
		(requested > b.requestsServed && t-b.lastKeyFrame > int64(o.keyFrameGap)) ||
		(o.keyFrameEvery > 0 && t-b.lastKeyFrame > int64(o.keyFrameEvery))
	if b.isKeyFrame {
		b.requestsServed, b.lastKeyFrame = requested, t
		b.keyFrames.Add(1)
	}
	if o.split {
		b.splitFrame()
	}
}

// sendVideo sends one packet of the running frame.
func (b *publisher) sendVideo(t int64) {
	if b.indexInFrame == 0 {
		b.beginFrame(t)
	}
	h := rtp.Header{Version: 2, PayloadType: b.peer.videoType, Marker: b.indexInFrame == b.packetsInFrame-1}
	b.addExtensions(&h, &b.video, t)
	payload := b.payload[:b.videoPacketSize()-h.MarshalSize()]
	writeVP8(payload, b.frame, b.indexInFrame == 0, b.isKeyFrame)
	b.indexInFrame++
	if h.Marker {
		b.indexInFrame = 0
		b.frame++
	}
	b.send(&h, &b.video, payload, videoKind)
}

func (b *publisher) sendAudio(t int64) {
	h := rtp.Header{Version: 2, PayloadType: b.peer.audioType}
	b.audio.timestamp += uint32(48000 / b.options.audioRate)
	b.addExtensions(&h, &b.audio, t)
	payload := b.payload[:b.options.audioSize]
	payload[0] = 0x78 // Opus, CELT, 20 ms, mono.
	b.send(&h, &b.audio, payload, audioKind)
}

func (b *publisher) addExtensions(h *rtp.Header, t *track, at int64) {
	if b.options.split {
		b.peer.extensions.write(h, at, b.transportSequence, t.mid)
		b.transportSequence++
	}
}

func (b *publisher) send(h *rtp.Header, t *track, payload []byte, kind uint32) {
	h.SequenceNumber, h.Timestamp, h.SSRC = t.sequence, t.timestamp, t.ssrc
	trailer{publisher: uint32(b.peer.publisher), kind: kind, number: t.sentNumber.Load(), sentAt: now()}.write(payload)
	header, err := h.Marshal()
	var datagram []byte
	if err == nil {
		b.raw = append(append(b.raw[:0], header...), payload...)
		datagram, err = b.peer.srtp.Load().out.EncryptRTP(nil, b.raw, h)
	}
	if err == nil && kind == videoKind && b.options.feedback {
		b.mutex.Lock()
		b.history[t.sequence%resendHistory] = sentPacket{t.sequence, datagram}
		b.mutex.Unlock()
	}
	switch {
	case err != nil:
	case kind == videoKind && b.options.withheld > 0 && float64(b.random(1_000_000)) < b.options.withheld*1_000_000:
		b.withheldPackets.Add(1)
	default:
		err = b.peer.send(datagram)
	}
	if err != nil {
		b.sendErrors.Add(1)
	}
	t.sequence++
	t.octets += uint32(len(payload))
	t.sentNumber.Add(1)
}

// resend answers a NACK; it runs on the receiving thread.
func (b *publisher) resend(nack *rtcp.TransportLayerNack) {
	if nack.MediaSSRC != b.video.ssrc {
		return
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	for i := range nack.Nacks {
		for _, sequence := range nack.Nacks[i].PacketList() {
			if sent := &b.history[sequence%resendHistory]; sent.datagram != nil && sent.sequence == sequence {
				if b.peer.send(sent.datagram) == nil {
					b.resends++
				}
			}
		}
	}
}

func (b *publisher) sendReports(t int64) {
	const ntpEpoch = 2208988800
	second := int64(time.Second)
	ntp := uint64(t/second+ntpEpoch)<<32 | uint64(t%second)<<32/uint64(second)
	for _, track := range []*track{&b.audio, &b.video} {
		b.peer.sendRTCP(&rtcp.SenderReport{
			SSRC: track.ssrc, NTPTime: ntp, RTPTime: track.timestamp,
			PacketCount: uint32(track.sentNumber.Load()), OctetCount: track.octets,
		})
	}
}

// sender paces all publishers on one thread.
type sender struct {
	publishers []*publisher
	stop       atomic.Bool
	stopped    chan struct{}
}

func startSender(publishers []*publisher) *sender {
	s := &sender{publishers: publishers, stopped: make(chan struct{})}
	go s.loop()
	return s
}

func (s *sender) end() {
	s.stop.Store(true)
	<-s.stopped
}

func (s *sender) loop() {
	defer close(s.stopped)
	runtime.LockOSThread()
	beUrgent()
	o := s.publishers[0].options
	videoInterval := int64(time.Second) * int64(o.burst) / int64(o.videoRate)
	audioInterval := int64(0)
	if o.audioRate > 0 {
		audioInterval = int64(time.Second) / int64(o.audioRate)
	}
	// Publishers are spread over the interval; people do not start in step.
	start, count := now(), int64(len(s.publishers))
	for i, b := range s.publishers {
		b.nextVideo = start + videoInterval*int64(i)/count
		b.nextAudio = start + audioInterval*int64(i)/count
	}
	for !s.stop.Load() {
		t := now()
		next := t + int64(20*time.Millisecond)
		for _, b := range s.publishers {
			for b.nextVideo <= t {
				if late := t - b.nextVideo; late > b.latest.Load() {
					b.latest.Store(late)
				}
				for k := 0; k < o.burst; k++ {
					b.sendVideo(t)
				}
				b.nextVideo += videoInterval
			}
			for audioInterval > 0 && b.nextAudio <= t {
				b.sendAudio(t)
				b.nextAudio += audioInterval
			}
			if t >= b.nextReport {
				b.nextReport = t + int64(time.Second)
				b.sendReports(t)
			}
			if b.nextVideo < next {
				next = b.nextVideo
			}
			if audioInterval > 0 && b.nextAudio < next {
				next = b.nextAudio
			}
		}
		sleep(time.Duration(next - now()))
	}
}

// beUrgent lets the sending thread run as soon as it is due, before the receiving one on the same core. As an ordinary
// user it stays as it is.
func beUrgent() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 20_000, 0, 0, 0)
	setRealTimePriority()
}
