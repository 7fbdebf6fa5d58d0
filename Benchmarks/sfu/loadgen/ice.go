package main

import (
	"encoding/binary"
	"net"
	"time"

	"github.com/pion/stun"
	"golang.org/x/sys/unix"
)

type iceCredentials struct{ ufrag, password string }

const hostPriority = 1845501695

// sendCheck asks the one remote candidate, nominating it where this side controls (RFC 8445 §7.2.2).
func (p *peer) sendCheck() {
	setters := []stun.Setter{stun.TransactionID, stun.BindingRequest, stun.NewUsername(p.remote.ufrag + ":" + p.local.ufrag)}
	role := stun.AttrICEControlled
	if p.controlling {
		role = stun.AttrICEControlling
		setters = append(setters, stun.RawAttribute{Type: stun.AttrUseCandidate})
	}
	var tieBreaker [8]byte
	binary.BigEndian.PutUint64(tieBreaker[:], uint64(p.id)*7919+12345)
	var priority [4]byte
	binary.BigEndian.PutUint32(priority[:], hostPriority)
	setters = append(setters,
		stun.RawAttribute{Type: role, Value: tieBreaker[:]},
		stun.RawAttribute{Type: stun.AttrPriority, Value: priority[:]},
		stun.NewShortTermIntegrity(p.remote.password), stun.Fingerprint)
	if m, err := stun.Build(setters...); err == nil {
		p.lastCheck.Store(now())
		_ = p.send(m.Raw)
	}
}

// checkLoop repeats checks each 50 ms until one is answered and each 4 s from then on, which keeps consent fresh.
func (e *engine) checkLoop() {
	for range time.Tick(25 * time.Millisecond) {
		t := now()
		for _, p := range e.snapshot() {
			if !p.hasRemote.Load() {
				continue
			}
			gap := 4 * time.Second
			select {
			case <-p.iceDone:
			default:
				gap = 50 * time.Millisecond
			}
			if t-p.lastCheck.Load() > int64(gap) {
				p.sendCheck()
			}
		}
	}
}

func (p *peer) receiveSTUN(datagram []byte, from *unix.SockaddrInet4) {
	m := &stun.Message{Raw: append([]byte(nil), datagram...)}
	if m.Decode() != nil {
		return
	}
	switch m.Type {
	case stun.BindingRequest:
		integrity := stun.NewShortTermIntegrity(p.local.password)
		if integrity.Check(m) != nil {
			return
		}
		answer, err := stun.Build(stun.NewTransactionIDSetter(m.TransactionID), stun.BindingSuccess,
			&stun.XORMappedAddress{IP: net.IP(from.Addr[:]), Port: from.Port}, integrity, stun.Fingerprint)
		if err == nil {
			_ = unix.Sendto(p.fd, answer.Raw, unix.MSG_DONTWAIT, from)
		}
	case stun.BindingSuccess:
		if p.hasRemote.Load() && stun.NewShortTermIntegrity(p.remote.password).Check(m) == nil {
			p.iceOnce.Do(func() { p.times.ice = now(); close(p.iceDone) })
		}
	}
}
