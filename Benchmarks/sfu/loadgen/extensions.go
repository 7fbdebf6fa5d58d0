package main

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

const (
	absoluteSendTimeURI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
	transportWideCCURI  = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
	midURI              = "urn:ietf:params:rtp-hdrext:sdes:mid"
)

// extensionIDs are the negotiated ids; 0 is "not negotiated".
type extensionIDs struct{ absoluteSendTime, transportWideCC, mid uint8 }

// offeredExtensions carries Chromium's ids.
var offeredExtensions = extensionIDs{absoluteSendTime: 2, transportWideCC: 3, mid: 4}

func (x *extensionIDs) set(uri string, id uint8) {
	switch uri {
	case absoluteSendTimeURI:
		x.absoluteSendTime = id
	case transportWideCCURI:
		x.transportWideCC = id
	case midURI:
		x.mid = id
	}
}

func (x extensionIDs) names() []string {
	out := []string{}
	if x.absoluteSendTime != 0 {
		out = append(out, "abs-send-time")
	}
	if x.transportWideCC != 0 {
		out = append(out, "transport-wide-cc")
	}
	if x.mid != 0 {
		out = append(out, "mid")
	}
	return out
}

// write adds what is negotiated to a header that is about to be sent.
func (x extensionIDs) write(h *rtp.Header, at int64, transportSequence uint16, mid string) {
	if x.absoluteSendTime != 0 {
		// Seconds in 24 bits, 18 of them behind the point.
		second := int64(time.Second)
		t := at/second%64<<18 | at%second<<18/second
		_ = h.SetExtension(x.absoluteSendTime, []byte{byte(t >> 16), byte(t >> 8), byte(t)})
	}
	if x.transportWideCC != 0 {
		_ = h.SetExtension(x.transportWideCC, []byte{byte(transportSequence >> 8), byte(transportSequence)})
	}
	if x.mid != 0 {
		_ = h.SetExtension(x.mid, []byte(mid))
	}
}

// transportSequence finds the transport-wide sequence number of a packet without decrypting it: header extensions
// travel in the clear (one-byte headers, RFC 8285 §4.2).
func transportSequence(packet []byte, id uint8) (uint16, bool) {
	if id == 0 || packet[0]&0x10 == 0 {
		return 0, false
	}
	at := 12 + 4*int(packet[0]&0x0f)
	if len(packet) < at+4 || binary.BigEndian.Uint16(packet[at:]) != 0xbede {
		return 0, false
	}
	end := at + 4 + 4*int(binary.BigEndian.Uint16(packet[at+2:]))
	if end > len(packet) {
		return 0, false
	}
	for at += 4; at < end; {
		if packet[at] == 0 {
			at++
			continue
		}
		element, size := packet[at]>>4, int(packet[at]&0x0f)+1
		if element == 15 || at+1+size > end {
			return 0, false
		}
		if element == id && size == 2 {
			return binary.BigEndian.Uint16(packet[at+1:]), true
		}
		at += 1 + size
	}
	return 0, false
}
