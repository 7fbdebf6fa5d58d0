package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// description is what this program needs of a remote description.
type description struct {
	ice          iceCredentials
	setup        string
	isLite       bool
	address      *[4]byte // the first UDP candidate of IPv4 on loopback
	port         int
	kinds, mids  []string // of each section, in order
	payloadTypes map[string]uint8
	extensions   extensionIDs
}

func parseDescription(text string) *description {
	d := &description{payloadTypes: map[string]uint8{}}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, ":")
		switch {
		case strings.HasPrefix(line, "m="):
			d.beginSection(strings.Fields(line[2:]))
		case name == "a=mid" && len(d.mids) > 0:
			d.mids[len(d.mids)-1] = value
		case name == "a=ice-ufrag" && d.ice.ufrag == "":
			d.ice.ufrag = value
		case name == "a=ice-pwd" && d.ice.password == "":
			d.ice.password = value
		case name == "a=setup" && d.setup == "":
			d.setup = value
		case line == "a=ice-lite":
			d.isLite = true
		case name == "a=candidate":
			d.addCandidate(strings.Fields(value))
		case name == "a=extmap":
			d.addExtension(strings.Fields(value))
		}
	}
	return d
}

func (d *description) beginSection(fields []string) {
	if len(fields) < 4 {
		return
	}
	d.kinds = append(d.kinds, fields[0])
	d.mids = append(d.mids, strconv.Itoa(len(d.mids)))
	// The first payload type is the preferred one; only VP8 and Opus are offered.
	if n, err := strconv.ParseUint(fields[3], 10, 7); err == nil {
		if _, isKnown := d.payloadTypes[fields[0]]; !isKnown {
			d.payloadTypes[fields[0]] = uint8(n)
		}
	}
}

// addCandidate takes the fields behind "a=candidate:": foundation, component, transport, priority, address, port.
func (d *description) addCandidate(fields []string) {
	if d.address != nil || len(fields) < 6 || fields[1] != "1" || !strings.EqualFold(fields[2], "udp") {
		return
	}
	ip := net.ParseIP(fields[4]).To4()
	port, err := strconv.Atoi(fields[5])
	if ip == nil || !ip.IsLoopback() || err != nil {
		return
	}
	d.address, d.port = &[4]byte{ip[0], ip[1], ip[2], ip[3]}, port
}

func (d *description) addExtension(fields []string) {
	if len(fields) < 2 {
		return
	}
	number, _, _ := strings.Cut(fields[0], "/")
	if id, err := strconv.ParseUint(number, 10, 8); err == nil && id >= 1 && id <= 14 {
		d.extensions.set(fields[1], uint8(id))
	}
}

// localDescription is an offer or an answer that this program writes.
type localDescription struct {
	peer         *peer
	kinds, mids  []string
	payloadTypes map[string]uint8
	direction    string
	setup        string
	extensions   extensionIDs
	feedback     bool
}

func newOffer(p *peer) localDescription {
	d := localDescription{
		peer: p, kinds: []string{"audio", "video"}, mids: []string{"0", "1"},
		payloadTypes: map[string]uint8{"audio": 111, "video": 96}, direction: "recvonly", setup: "actpass",
		feedback: p.engine.options.feedback,
	}
	if p.isPublisher {
		d.direction = "sendonly"
	}
	if p.engine.options.split {
		d.extensions = offeredExtensions
	}
	return d
}

// newAnswer takes over what the offer has of what this program knows.
func newAnswer(p *peer, offer *description) localDescription {
	d := newOffer(p)
	d.kinds, d.mids, d.payloadTypes, d.setup = offer.kinds, offer.mids, offer.payloadTypes, "active"
	if p.engine.options.split {
		d.extensions = offer.extensions
	}
	return d
}

func (d localDescription) String() string {
	var b strings.Builder
	line := func(format string, values ...interface{}) { fmt.Fprintf(&b, format+"\r\n", values...) }
	p := d.peer
	line("v=0")
	line("o=- %d 2 IN IP4 127.0.0.1", 1000000+p.id)
	line("s=-")
	line("t=0 0")
	line("a=group:BUNDLE %s", strings.Join(d.mids, " "))
	line("a=extmap-allow-mixed")
	line("a=msid-semantic: WMS *")
	for i, kind := range d.kinds {
		if kind != "audio" && kind != "video" {
			line("m=%s 0 UDP/DTLS/SCTP webrtc-datachannel", kind)
			line("c=IN IP4 127.0.0.1")
			line("a=mid:%s", d.mids[i])
			continue
		}
		payloadType := d.payloadTypes[kind]
		line("m=%s %d UDP/TLS/RTP/SAVPF %d", kind, p.port, payloadType)
		line("c=IN IP4 127.0.0.1")
		line("a=rtcp:9 IN IP4 0.0.0.0")
		line("a=candidate:1 1 udp 2130706431 127.0.0.1 %d typ host generation 0", p.port)
		line("a=end-of-candidates")
		line("a=ice-ufrag:%s", p.local.ufrag)
		line("a=ice-pwd:%s", p.local.password)
		line("a=fingerprint:sha-256 %s", p.engine.fingerprint)
		line("a=setup:%s", d.setup)
		line("a=mid:%s", d.mids[i])
		for _, x := range []struct {
			id  uint8
			uri string
		}{
			{d.extensions.absoluteSendTime, absoluteSendTimeURI},
			{d.extensions.transportWideCC, transportWideCCURI},
			{d.extensions.mid, midURI},
		} {
			if x.id != 0 {
				line("a=extmap:%d %s", x.id, x.uri)
			}
		}
		line("a=%s", d.direction)
		line("a=rtcp-mux")
		if d.feedback {
			line("a=rtcp-rsize")
		}
		d.writeCodec(line, kind, payloadType)
		if p.isPublisher {
			name := fmt.Sprintf("pub%d", p.publisher)
			line("a=msid:%s %s-%s", name, name, kind)
			line("a=ssrc:%d cname:%s", p.ssrc(kind), name)
			line("a=ssrc:%d msid:%s %s-%s", p.ssrc(kind), name, name, kind)
		}
	}
	return b.String()
}

func (d localDescription) writeCodec(line func(string, ...interface{}), kind string, payloadType uint8) {
	if kind == "audio" {
		line("a=rtpmap:%d opus/48000/2", payloadType)
		line("a=fmtp:%d minptime=10;useinbandfec=1", payloadType)
	} else {
		line("a=rtpmap:%d VP8/90000", payloadType)
		line("a=rtcp-fb:%d nack pli", payloadType)
		line("a=rtcp-fb:%d ccm fir", payloadType)
		if d.feedback {
			line("a=rtcp-fb:%d nack", payloadType)
		}
	}
	if d.feedback && d.extensions.transportWideCC != 0 {
		line("a=rtcp-fb:%d transport-cc", payloadType)
	}
}
