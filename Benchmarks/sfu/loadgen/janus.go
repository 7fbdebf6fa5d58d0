package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/websocket"
)

type object = map[string]interface{}

// janus speaks the VideoRoom API over one WebSocket: one session, one handle for each peer.
type janus struct {
	socket  *websocket.Conn
	session uint64
	count   atomic.Int64

	mutex   sync.Mutex
	waiting map[string]chan *janusMessage
}

type janusMessage struct {
	Janus       string                         `json:"janus"`
	Transaction string                         `json:"transaction"`
	Data        struct{ ID uint64 }            `json:"data"`
	Error       json.RawMessage                `json:"error"`
	Description struct{ SDP string }           `json:"jsep"`
	Plugin      struct{ Data janusPluginData } `json:"plugindata"`
}

type janusPluginData struct {
	ID    uint64 `json:"id"`
	Error string `json:"error"`
}

func dialJanus(address string) (*janus, error) {
	config, err := websocket.NewConfig(address, "http://127.0.0.1/")
	if err != nil {
		return nil, err
	}
	config.Protocol = []string{"janus-protocol"}
	socket, err := websocket.DialConfig(config)
	if err != nil {
		return nil, err
	}
	socket.MaxPayloadBytes = 1 << 22
	j := &janus{socket: socket, waiting: map[string]chan *janusMessage{}}
	go j.read()
	created, err := j.call(object{"janus": "create"}, false)
	if err != nil {
		return nil, err
	}
	j.session = created.Data.ID
	go func() {
		for range time.Tick(20 * time.Second) {
			_, _ = j.call(object{"janus": "keepalive"}, false)
		}
	}()
	return j, nil
}

func (j *janus) read() {
	for {
		var raw []byte
		if websocket.Message.Receive(j.socket, &raw) != nil {
			return
		}
		m := &janusMessage{}
		if json.Unmarshal(raw, m) != nil {
			continue
		}
		j.mutex.Lock()
		waiting := j.waiting[m.Transaction]
		j.mutex.Unlock()
		if waiting == nil {
			continue
		}
		select {
		case waiting <- m:
		default:
		}
	}
}

// call waits for the answer; an asynchronous request is answered after its "ack".
func (j *janus) call(request object, isAsynchronous bool) (*janusMessage, error) {
	transaction := fmt.Sprintf("t%d", j.count.Add(1))
	request["transaction"] = transaction
	if j.session != 0 {
		request["session_id"] = j.session
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	answers := make(chan *janusMessage, 8)
	j.mutex.Lock()
	j.waiting[transaction] = answers
	err = websocket.Message.Send(j.socket, string(raw))
	j.mutex.Unlock()
	defer func() {
		j.mutex.Lock()
		delete(j.waiting, transaction)
		j.mutex.Unlock()
	}()
	if err != nil {
		return nil, err
	}
	timeout := time.After(connectTimeout)
	for {
		select {
		case m := <-answers:
			switch {
			case m.Janus == "error":
				return nil, fmt.Errorf("janus: %s", m.Error)
			case m.Janus == "ack" && isAsynchronous:
				continue
			case m.Plugin.Data.Error != "":
				return nil, fmt.Errorf("janus: %s", m.Plugin.Data.Error)
			}
			return m, nil
		case <-timeout:
			return nil, errors.New("janus: no answer")
		}
	}
}

type janusHandle struct {
	janus *janus
	id    uint64
}

func (j *janus) attach() (*janusHandle, error) {
	m, err := j.call(object{"janus": "attach", "plugin": "janus.plugin.videoroom"}, false)
	if err != nil {
		return nil, err
	}
	return &janusHandle{j, m.Data.ID}, nil
}

func (h *janusHandle) end() {
	_, _ = h.janus.call(object{"janus": "detach", "handle_id": h.id}, false)
}

// request is answered at once: create and destroy.
func (h *janusHandle) request(body object) error {
	_, err := h.janus.call(object{"janus": "message", "handle_id": h.id, "body": body}, false)
	return err
}

// negotiate sends a request that is answered by an event, with a description where there is one.
func (h *janusHandle) negotiate(body object, kind string, description string) (*janusMessage, error) {
	m := object{"janus": "message", "handle_id": h.id, "body": body}
	if description != "" {
		m["jsep"] = object{"type": kind, "sdp": description}
	}
	return h.janus.call(m, true)
}

// publish makes the room and returns the id of the feed.
func (j *janus) publish(p *peer, room int) (feed uint64, err error) {
	h, err := j.attach()
	if err != nil {
		return 0, err
	}
	p.session = h
	split := p.engine.options.split
	err = h.request(object{
		"request": "create", "room": room, "publishers": 4, "bitrate": 0, "audiocodec": "opus", "videocodec": "vp8", "fir_freq": 0,
		"notify_joining": false, "record": false, "audiolevel_ext": false, "videoorient_ext": false, "playoutdelay_ext": false,
		"transport_wide_cc_ext": split,
	})
	if err != nil {
		return 0, err
	}
	joined, err := h.negotiate(object{"request": "join", "ptype": "publisher", "room": room, "display": "p"}, "", "")
	if err != nil {
		return 0, err
	}
	answered, err := h.negotiate(object{"request": "publish"}, "offer", newOffer(p).String())
	if err != nil {
		return 0, err
	}
	answer := parseDescription(answered.Description.SDP)
	return joined.Plugin.Data.ID, p.setRemote(answer, true, answer.setup != "active")
}

// subscribe takes the offer that Janus makes and answers it.
func (j *janus) subscribe(p *peer, room int, feed uint64) error {
	h, err := j.attach()
	if err != nil {
		return err
	}
	p.session = h
	streams := []object{{"feed": feed}}
	offered, err := h.negotiate(object{"request": "join", "ptype": "subscriber", "room": room, "streams": streams}, "", "")
	if err != nil {
		return err
	}
	if offered.Description.SDP == "" {
		return errors.New("janus: no offer for the viewer")
	}
	offer := parseDescription(offered.Description.SDP)
	answer := newAnswer(p, offer)
	if _, err = h.negotiate(object{"request": "start"}, "answer", answer.String()); err != nil {
		return err
	}
	offer.extensions = answer.extensions
	return p.setRemote(offer, offer.isLite, true)
}
