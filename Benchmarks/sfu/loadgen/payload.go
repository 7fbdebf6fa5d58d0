package main

import "encoding/binary"

// The last bytes of each payload say what it is, so that a viewer can check what came and how long it took:
//
//	 0               8               12              16              24              32
//	+---------------+---------------+---------------+---------------+---------------+
//	| magic         | publisher     | kind          | number        | sent at (ns)  |
//	+---------------+---------------+---------------+---------------+---------------+
const (
	magic       = 0x706f7274686f6c65
	trailerSize = 32
)

const (
	audioKind = 1
	videoKind = 2
)

type trailer struct {
	publisher, kind uint32
	number          uint64 // counts the publisher's packets of this kind from 0, unlike sequence numbers
	sentAt          int64
}

func (t trailer) write(payload []byte) {
	b := payload[len(payload)-trailerSize:]
	binary.BigEndian.PutUint64(b, magic)
	binary.BigEndian.PutUint32(b[8:], t.publisher)
	binary.BigEndian.PutUint32(b[12:], t.kind)
	binary.BigEndian.PutUint64(b[16:], t.number)
	binary.BigEndian.PutUint64(b[24:], uint64(t.sentAt))
}

func readTrailer(payload []byte) (t trailer, ok bool) {
	if len(payload) < trailerSize {
		return t, false
	}
	b := payload[len(payload)-trailerSize:]
	t.publisher, t.kind = binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])
	t.number, t.sentAt = binary.BigEndian.Uint64(b[16:]), int64(binary.BigEndian.Uint64(b[24:]))
	return t, binary.BigEndian.Uint64(b) == magic
}

// vp8Descriptor is X, S, I, M and a 15-bit picture ID (RFC 7741 §4.2).
func writeVP8(payload []byte, frame uint64, startsFrame, isKey bool) {
	payload[0], payload[1] = 0x80, 0x80
	payload[2], payload[3] = 0x80|byte(frame>>8), byte(frame)
	if !startsFrame {
		return
	}
	payload[0] |= 0x10
	// The frame tag (RFC 6386 §9.1): shown, a first partition of 200 bytes, and for a key frame the start code with 1280x720.
	tag := uint32(200)<<5 | 1<<4
	if !isKey {
		tag |= 1
	}
	payload[4], payload[5], payload[6] = byte(tag), byte(tag>>8), byte(tag>>16)
	if isKey {
		copy(payload[7:], []byte{0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02})
	} else {
		payload[7] = 0
	}
}

func startsKeyFrame(payload []byte) bool {
	return len(payload) > 10 && payload[0]&0x10 != 0 && payload[4]&1 == 0 && payload[7] == 0x9d
}
