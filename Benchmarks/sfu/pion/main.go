// Pion-sfu is the least WHIP and WHEP SFU that the Pion stack allows: a second measure beside Janus. It has one UDP
// port and ICE-lite, and does neither authentication nor recording. With -feedback it also runs Pion's interceptors, as
// a server has to whose viewers lose packets: NACK both ways, reports, transport-wide-cc both ways.
//
// It builds without modules, from Debian's Go packages:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o pion-sfu .
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pion/ice/v2"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc"
)

func main() {
	address := flag.String("http", "127.0.0.1:8090", "where to listen for WHIP and WHEP")
	port := flag.Int("udp", 7000, "UDP port on 127.0.0.1")
	feedback := flag.Bool("feedback", false, "answer and send NACKs, reports and transport-wide-cc")
	flag.Parse()
	api, err := newAPI(*port, *feedback)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{api: api, rooms: map[string]*room{}, connections: map[string]*webrtc.PeerConnection{}}
	log.Fatal(http.ListenAndServe(*address, s))
}

func newAPI(port int, feedback bool) (*webrtc.API, error) {
	socket, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, err
	}
	_ = socket.SetReadBuffer(4 << 20)
	_ = socket.SetWriteBuffer(4 << 20)
	settings := webrtc.SettingEngine{}
	settings.SetLite(true)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetICEUDPMux(webrtc.NewICEUDPMux(nil, socket))

	media, interceptors := &webrtc.MediaEngine{}, &interceptor.Registry{}
	if err = registerMedia(media); err != nil {
		return nil, err
	}
	if feedback {
		if err = webrtc.RegisterDefaultInterceptors(media, interceptors); err != nil {
			return nil, err
		}
		if err = webrtc.ConfigureTWCCHeaderExtensionSender(media, interceptors); err != nil {
			return nil, err
		}
	}
	return webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media),
		webrtc.WithInterceptorRegistry(interceptors)), nil
}

func registerMedia(media *webrtc.MediaEngine) error {
	opus := webrtc.RTPCodecParameters{PayloadType: 111, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1",
	}}
	vp8 := webrtc.RTPCodecParameters{PayloadType: 96, RTPCodecCapability: webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack", Parameter: "pli"}},
	}}
	if err := media.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return err
	}
	if err := media.RegisterCodec(vp8, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	for _, uri := range []string{
		"http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
		"http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
		"urn:ietf:params:rtp-hdrext:sdes:mid",
	} {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// server answers POST /whip/{room} and /whep/{room}, and DELETE of what they created.
type server struct {
	api   *webrtc.API
	count atomic.Int64

	mutex       sync.Mutex
	rooms       map[string]*room
	connections map[string]*webrtc.PeerConnection // by location
}

// room is one publisher's tracks.
type room struct {
	mutex     sync.RWMutex
	tracks    map[string]*webrtc.TrackLocalStaticRTP // by kind
	publisher *webrtc.PeerConnection
	videoSSRC uint32
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodDelete {
		s.end(r.URL.Path)
		return
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method != http.MethodPost || len(parts) != 2 || (parts[0] != "whip" && parts[0] != "whep") {
		http.NotFound(w, r)
		return
	}
	offer, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	connection, err := s.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if parts[0] == "whip" {
		s.room(parts[1]).publish(connection, parts[1])
	} else if err = s.room(parts[1]).watch(connection); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	answer, err := negotiate(connection, string(offer))
	if err != nil {
		_ = connection.Close()
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	location := fmt.Sprintf("/session/%d", s.count.Add(1))
	s.mutex.Lock()
	s.connections[location] = connection
	s.mutex.Unlock()
	w.Header().Set("Content-Type", "application/sdp")
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, answer)
}

func (s *server) room(name string) *room {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.rooms[name] == nil {
		s.rooms[name] = &room{tracks: map[string]*webrtc.TrackLocalStaticRTP{}}
	}
	return s.rooms[name]
}

func (s *server) end(location string) {
	s.mutex.Lock()
	connection := s.connections[location]
	delete(s.connections, location)
	s.mutex.Unlock()
	if connection != nil {
		_ = connection.Close()
	}
}

func negotiate(connection *webrtc.PeerConnection, offer string) (string, error) {
	err := connection.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer})
	if err != nil {
		return "", err
	}
	answer, err := connection.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	gathered := webrtc.GatheringCompletePromise(connection)
	if err = connection.SetLocalDescription(answer); err != nil {
		return "", err
	}
	<-gathered
	return connection.LocalDescription().SDP, nil
}

// publish forwards each packet of each track as it comes.
func (r *room) publish(connection *webrtc.PeerConnection, name string) {
	connection.OnTrack(func(remote *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		kind := remote.Kind().String()
		local, err := webrtc.NewTrackLocalStaticRTP(remote.Codec().RTPCodecCapability, kind, name)
		if err != nil {
			return
		}
		r.mutex.Lock()
		r.tracks[kind] = local
		if remote.Kind() == webrtc.RTPCodecTypeVideo {
			r.publisher, r.videoSSRC = connection, uint32(remote.SSRC())
		}
		r.mutex.Unlock()
		go drain(receiver)
		packet := make([]byte, 1500)
		for {
			n, _, err := remote.Read(packet)
			if err != nil {
				return
			}
			_, _ = local.Write(packet[:n])
		}
	})
}

// watch adds the tracks and asks for a key frame once the viewer is connected.
func (r *room) watch(connection *webrtc.PeerConnection) error {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	for _, kind := range []string{"audio", "video"} {
		track := r.tracks[kind]
		if track == nil {
			continue
		}
		sender, err := connection.AddTrack(track)
		if err != nil {
			return err
		}
		go drain(sender)
	}
	connection.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state != webrtc.PeerConnectionStateConnected {
			return
		}
		r.mutex.RLock()
		defer r.mutex.RUnlock()
		if r.publisher != nil {
			_ = r.publisher.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: r.videoSSRC}})
		}
	})
	return nil
}

// drain reads RTCP, which is what makes interceptors work on it.
func drain(from interface {
	Read([]byte) (int, interceptor.Attributes, error)
}) {
	packet := make([]byte, 1500)
	for {
		if _, _, err := from.Read(packet); err != nil {
			return
		}
	}
}
