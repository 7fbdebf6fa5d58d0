package main

import (
	"crypto/tls"
	"errors"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"github.com/pion/dtls/v2"
	"github.com/pion/dtls/v2/pkg/crypto/selfsign"
	"golang.org/x/sys/unix"
)

const (
	batchSize  = 32
	bufferSize = 1600
)

// engine drains the sockets of all peers on one thread, by epoll and recvmmsg, with kernel receive timestamps: the
// time at which a packet reached its viewer's socket does not depend on when this program looks.
//
// There is no PeerConnection of Pion's in here: what it does for each packet costs more than the server under test.
type engine struct {
	options     *options
	epoll       int
	certificate tls.Certificate
	fingerprint string
	profiles    []dtls.SRTPProtectionProfile

	mutex sync.Mutex
	peers []*peer

	work chan func() // what others want done on the thread

	// The thread's own.
	nap      time.Duration
	inWindow bool
	latency  histogram
	batch    receiveBatch
	plain    []byte
}

// mmsghdr is struct mmsghdr of recvmmsg(2).
type mmsghdr struct {
	header unix.Msghdr
	length uint32
	_      [4]byte
}

type receiveBatch struct {
	messages [batchSize]mmsghdr
	vectors  [batchSize]unix.Iovec
	buffers  [batchSize][bufferSize]byte
	controls [batchSize][64]byte
	names    [batchSize]unix.RawSockaddrInet4
}

func newEngine(o *options) (*engine, error) {
	certificate, err := selfsign.GenerateSelfSigned()
	if err != nil {
		return nil, err
	}
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, err
	}
	e := &engine{
		options: o, epoll: epoll, certificate: certificate, fingerprint: fingerprint(certificate.Certificate[0]),
		work: make(chan func()), nap: o.joinNap, plain: make([]byte, 0, 2048),
	}
	if o.gcm {
		e.profiles = append(e.profiles, dtls.SRTP_AEAD_AES_128_GCM)
	}
	if o.cm {
		e.profiles = append(e.profiles, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	}
	b := &e.batch
	for i := range b.messages {
		b.vectors[i].Base = &b.buffers[i][0]
		b.vectors[i].SetLen(bufferSize)
		b.messages[i].header.Iov = &b.vectors[i]
		b.messages[i].header.Iovlen = 1
	}
	go e.receiveLoop()
	go e.checkLoop()
	return e, nil
}

func (e *engine) add(p *peer) int {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.peers = append(e.peers, p)
	return len(e.peers) - 1
}

func (e *engine) snapshot() []*peer {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.peers
}

// do runs something on the receiving thread and waits for it.
func (e *engine) do(f func()) {
	done := make(chan struct{})
	e.work <- func() { f(); close(done) }
	<-done
}

func (e *engine) receiveLoop() {
	runtime.LockOSThread()
	events := make([]unix.EpollEvent, 2048)
	for {
		n, err := unix.EpollWait(e.epoll, events, 20)
		if err != nil && !errors.Is(err, unix.EINTR) {
			panic(err)
		}
		peers := e.snapshot()
		for k := 0; k < n; k++ {
			e.drain(peers[events[k].Fd])
		}
		if e.options.feedback {
			e.sendFeedback(peers)
		}
		select {
		case f := <-e.work:
			f()
		default:
		}
		sleep(e.nap)
	}
}

func (e *engine) drain(p *peer) {
	b := &e.batch
	for {
		for i := range b.messages {
			h := &b.messages[i].header
			h.Name = (*byte)(unsafe.Pointer(&b.names[i]))
			h.Namelen = unix.SizeofSockaddrInet4
			h.Control = &b.controls[i][0]
			h.SetControllen(len(b.controls[i]))
		}
		n, _, errno := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(p.fd), uintptr(unsafe.Pointer(&b.messages[0])), batchSize,
			unix.MSG_DONTWAIT, 0, 0)
		if errno == unix.ECONNREFUSED || errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return
		}
		for i := 0; i < int(n); i++ {
			p.receive(b.buffers[i][:b.messages[i].length], &b.names[i], b.arrival(i, p))
		}
		if n < batchSize {
			return
		}
	}
}

// arrival reads the kernel's timestamp of one message and its count of packets dropped at the socket.
func (b *receiveBatch) arrival(i int, p *peer) int64 {
	control := b.controls[i][:b.messages[i].header.Controllen]
	var at int64
	for len(control) >= unix.CmsgLen(0) {
		c := (*unix.Cmsghdr)(unsafe.Pointer(&control[0]))
		if c.Len < uint64(unix.CmsgLen(0)) || int(c.Len) > len(control) {
			break
		}
		data := unsafe.Pointer(&control[unix.CmsgLen(0)-1])
		data = unsafe.Add(data, 1)
		if c.Level == unix.SOL_SOCKET && c.Type == unix.SCM_TIMESTAMPNS {
			at = (*unix.Timespec)(data).Nano()
		} else if c.Level == unix.SOL_SOCKET && c.Type == unix.SO_RXQ_OVFL {
			p.overflow = *(*uint32)(data)
		}
		space := unix.CmsgSpace(int(c.Len) - unix.CmsgLen(0))
		if space > len(control) {
			break
		}
		control = control[space:]
	}
	if at == 0 {
		at = now()
	}
	return at
}

// receive sorts by the first byte (RFC 7983 §7).
func (p *peer) receive(datagram []byte, from *unix.RawSockaddrInet4, at int64) {
	if len(datagram) < 12 {
		return
	}
	switch first := datagram[0]; {
	case first < 4:
		port := (*[2]byte)(unsafe.Pointer(&from.Port))
		p.receiveSTUN(datagram, &unix.SockaddrInet4{Port: int(port[0])<<8 | int(port[1]), Addr: from.Addr})
	case first >= 20 && first < 64:
		p.dtls.feed(datagram)
	case first >= 128 && first < 192 && datagram[1] >= 192 && datagram[1] <= 223:
		p.receiveRTCP(datagram, at)
	case first >= 128 && first < 192 && !p.isPublisher:
		p.receiveRTP(datagram, at)
	}
}
