package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/pion/dtls/v2"
	"github.com/pion/srtp/v2"
	"github.com/pion/transport/deadline"
)

const connectTimeout = 15 * time.Second

var profileNames = map[dtls.SRTPProtectionProfile]string{
	dtls.SRTP_AEAD_AES_128_GCM:       "AEAD_AES_128_GCM",
	dtls.SRTP_AES128_CM_HMAC_SHA1_80: "AES128_CM_SHA1_80",
}

// handshake runs on a goroutine of its own and ends with the SRTP contexts in place, or with fail.
func (p *peer) handshake() {
	ctx, cancel := context.WithTimeout(context.Background(), connectTimeout)
	defer cancel()
	contexts, err := p.connect(ctx)
	if err != nil {
		p.fail(err)
		return
	}
	p.times.dtls = now()
	p.srtp.Store(contexts)
}

func (p *peer) connect(ctx context.Context) (*srtpContexts, error) {
	config := &dtls.Config{
		Certificates:           []tls.Certificate{p.engine.certificate},
		SRTPProtectionProfiles: p.engine.profiles,
		ClientAuth:             dtls.RequireAnyClientCert,
		// Fingerprints are the server's concern here; this program talks to loopback alone.
		InsecureSkipVerify:      true,
		InsecureSkipVerifyHello: true,
		ExtendedMasterSecret:    dtls.RequestExtendedMasterSecret,
		// As libwebrtc's first retransmission.
		FlightInterval: 50 * time.Millisecond,
	}
	var connection *dtls.Conn
	var err error
	if p.dtlsClient {
		select {
		case <-p.iceDone:
		case <-ctx.Done():
			return nil, errors.New("no answer to connectivity checks")
		}
		connection, err = dtls.ClientWithContext(ctx, p.dtls, config)
	} else {
		connection, err = dtls.ServerWithContext(ctx, p.dtls, config)
	}
	if err != nil {
		return nil, fmt.Errorf("dtls: %w", err)
	}
	p.connection = connection
	profile, ok := connection.SelectedSRTPProtectionProfile()
	if !ok {
		return nil, errors.New("no SRTP profile in common")
	}
	state := connection.ConnectionState()
	keys := &srtp.Config{Profile: srtp.ProtectionProfile(profile)}
	if err = keys.ExtractSessionKeysFromDTLS(&state, p.dtlsClient); err != nil {
		return nil, err
	}
	in, err := srtp.CreateContext(keys.Keys.RemoteMasterKey, keys.Keys.RemoteMasterSalt, keys.Profile)
	if err != nil {
		return nil, err
	}
	out, err := srtp.CreateContext(keys.Keys.LocalMasterKey, keys.Keys.LocalMasterSalt, keys.Profile)
	if err != nil {
		return nil, err
	}
	return &srtpContexts{in: in, out: out, profile: profileNames[profile]}, nil
}

// dtlsTransport is the net.Conn that Pion's DTLS reads and writes; the engine's thread feeds it.
type dtlsTransport struct {
	peer         *peer
	datagrams    chan []byte
	readDeadline *deadline.Deadline
	closed       chan struct{}
	once         sync.Once
}

func newDTLSTransport(p *peer) *dtlsTransport {
	return &dtlsTransport{peer: p, datagrams: make(chan []byte, 64), readDeadline: deadline.New(), closed: make(chan struct{})}
}

// feed drops what DTLS is too slow to take; it retransmits.
func (t *dtlsTransport) feed(datagram []byte) {
	select {
	case t.datagrams <- append([]byte(nil), datagram...):
	default:
	}
}

func (t *dtlsTransport) Read(b []byte) (int, error) {
	select {
	case datagram := <-t.datagrams:
		return copy(b, datagram), nil
	case <-t.readDeadline.Done():
		return 0, os.ErrDeadlineExceeded
	case <-t.closed:
		return 0, net.ErrClosed
	}
}

func (t *dtlsTransport) Write(b []byte) (int, error) { return len(b), t.peer.send(b) }

func (t *dtlsTransport) Close() error {
	t.once.Do(func() { close(t.closed) })
	return nil
}

func (t *dtlsTransport) LocalAddr() net.Addr {
	return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: t.peer.port}
}

func (t *dtlsTransport) RemoteAddr() net.Addr {
	return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}
}

func (t *dtlsTransport) SetDeadline(d time.Time) error { return t.SetReadDeadline(d) }

func (t *dtlsTransport) SetReadDeadline(d time.Time) error {
	t.readDeadline.Set(d)
	return nil
}

func (t *dtlsTransport) SetWriteDeadline(time.Time) error { return nil }
