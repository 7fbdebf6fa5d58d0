package main

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/pion/dtls/v2"
	"github.com/pion/srtp/v2"
	"golang.org/x/sys/unix"
)

// peer is one publisher or one viewer: a UDP socket of its own, ICE by hand, DTLS and SRTP from Pion.
//
// After setRemote, what arrives on the socket is handled on the engine's thread alone; fields of the last group
// belong to it. Others read them after engine.do has put a barrier in between.
type peer struct {
	engine      *engine
	id          int
	publisher   int // the publisher's number, or the number of the one that is watched
	isPublisher bool
	fd, port    int
	local       iceCredentials
	session     interface{ end() }

	// Set by setRemote.
	remote      iceCredentials
	controlling bool
	dtlsClient  bool
	extensions  extensionIDs
	videoType   uint8
	audioType   uint8
	hasRemote   atomic.Bool

	dtls       *dtlsTransport
	connection *dtls.Conn
	srtp       atomic.Pointer[srtpContexts]
	iceDone    chan struct{}
	iceOnce    sync.Once
	media      chan struct{} // closed at the first video packet
	failed     chan struct{}
	failOnce   sync.Once
	failure    error

	lastCheck        atomic.Int64
	keyFrameRequests atomic.Int64
	resender         *publisher // who answers NACKs, for a publisher's peer

	times       joinTimes
	streams     [6]stream
	streamCount int
	early       []earlyPacket
	decrypted   uint64
	undecrypted uint64
	strangers   uint64
	overflow    uint32 // packets that the kernel dropped at this socket
	feedback    viewerFeedback
}

// joinTimes are wall clock nanoseconds; 0 is "not yet".
type joinTimes struct {
	asked, described, ice, dtls, packet, video, keyFrame int64
}

type srtpContexts struct {
	in, out *srtp.Context
	profile string
}

// earlyPacket came before this side had its keys: the server may send as soon as its own handshake is done.
type earlyPacket struct {
	bytes []byte
	at    int64
}

const earlyLimit = 4096

func (e *engine) newPeer(isPublisher bool, publisher int) (*peer, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	// Beyond the system's limit only as root; the plain option is the second best.
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 16<<20) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 4<<20)
	}
	_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, 4<<20)
	for _, option := range []int{unix.SO_TIMESTAMPNS, unix.SO_RXQ_OVFL} {
		if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, option, 1); err != nil {
			return nil, err
		}
	}
	if err = unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return nil, err
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		return nil, err
	}
	p := &peer{
		engine: e, publisher: publisher, isPublisher: isPublisher, fd: fd, port: address.(*unix.SockaddrInet4).Port,
		local:   iceCredentials{ufrag: randomText(8), password: randomText(24)},
		iceDone: make(chan struct{}), media: make(chan struct{}), failed: make(chan struct{}),
	}
	p.dtls = newDTLSTransport(p)
	p.id = e.add(p)
	return p, unix.EpollCtl(e.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(p.id)})
}

// setRemote starts ICE and DTLS; both descriptions are known by then.
func (p *peer) setRemote(d *description, controlling, dtlsClient bool) error {
	if d.address == nil {
		return fmt.Errorf("the remote description has no IPv4 UDP candidate on loopback")
	}
	p.remote, p.controlling, p.dtlsClient = d.ice, controlling, dtlsClient
	p.extensions, p.videoType, p.audioType = d.extensions, d.payloadTypes["video"], d.payloadTypes["audio"]
	if err := unix.Connect(p.fd, &unix.SockaddrInet4{Port: d.port, Addr: *d.address}); err != nil {
		return err
	}
	p.times.described = now()
	p.hasRemote.Store(true)
	p.sendCheck()
	go p.handshake()
	return nil
}

func (p *peer) fail(err error) {
	p.failOnce.Do(func() { p.failure = err; close(p.failed) })
}

func (p *peer) send(datagram []byte) error {
	_, err := unix.Write(p.fd, datagram)
	return err
}

// ssrc of a publisher's own track.
func (p *peer) ssrc(kind string) uint32 {
	base := 0x10000000 + uint32(p.id)*16
	if kind == "audio" {
		return base + 1
	}
	return base + 2
}
