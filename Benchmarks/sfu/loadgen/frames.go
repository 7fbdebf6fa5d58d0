package main

// splitFrame chooses the sizes of a frame's packets as libwebrtc splits a frame: about equally, the smaller packets
// first, with a difference of one byte; and behind them a short tail, as packetizers that fill up to the limit make it.
func (b *publisher) splitFrame() {
	full := b.options.videoSize - 1 - b.random(64)
	smaller := b.random(b.packetsInFrame)
	tail := full * (30 + b.random(60)) / 100
	b.sizes = b.sizes[:0]
	for i := 0; i < b.packetsInFrame; i++ {
		switch {
		case i == b.packetsInFrame-1 && i > 0:
			b.sizes = append(b.sizes, tail)
		case i < smaller:
			b.sizes = append(b.sizes, full)
		default:
			b.sizes = append(b.sizes, full+1)
		}
	}
}

// videoPacketSize is the size of the next packet of the running frame, with its RTP header.
func (b *publisher) videoPacketSize() int {
	if !b.options.split {
		return b.options.videoSize
	}
	return b.sizes[b.indexInFrame]
}
