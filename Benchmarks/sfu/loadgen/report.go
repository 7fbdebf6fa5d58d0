package main

// report is what is printed as JSON. Rates and CPU belong to the measured window; a viewer's join times count from just
// before its request. The README of this folder explains each figure.
type report struct {
	Publishers             int      `json:"publishers"`
	Viewers                int      `json:"viewers"`
	Joined                 int      `json:"joined"`
	JoinFailures           int      `json:"join_failures"`
	FirstFailures          []string `json:"first_failures,omitempty"`
	ViewersWithoutMedia    int      `json:"viewers_without_media"`
	SRTP                   string   `json:"srtp"`
	Sizes                  string   `json:"sizes"`
	Feedback               bool     `json:"feedback"`
	Burst                  int      `json:"burst"`
	PublisherExtensions    []string `json:"publisher_extensions"`
	ViewerExtensions       []string `json:"viewer_extensions"`
	WindowSeconds          float64  `json:"window_s"`
	SentPackets            uint64   `json:"sent_packets"`
	ReceivedPackets        uint64   `json:"received_packets"`
	ReceivedPerSecond      float64  `json:"received_pps"`
	ExpectedPerSecond      int      `json:"expected_pps"`
	ReceivedBytesPerSecond float64  `json:"received_bytes_per_s"`
	DuplicatePackets       uint64   `json:"duplicate_packets"`
	LossInWindow           float64  `json:"loss_window"`
	LossEndToEnd           float64  `json:"loss_end_to_end"`
	LossOfWorstViewer      float64  `json:"loss_worst_viewer"`

	Latency        latencyReport `json:"latency_ms"`
	LatencySamples uint64        `json:"latency_samples"`

	JoinToPacket      quantiles `json:"join_to_first_packet_ms"`
	JoinToVideo       quantiles `json:"join_to_first_video_ms"`
	JoinToKeyFrame    quantiles `json:"join_to_key_frame_ms"`
	JoinToDescription quantiles `json:"join_to_description_ms"`
	JoinToICE         quantiles `json:"join_to_ice_ms"`
	JoinToDTLS        quantiles `json:"join_to_dtls_ms"`
	JoinPhase         phase     `json:"join_phase"`

	Server    serverReport       `json:"server"`
	Generator generatorReport    `json:"generator"`
	CoresBusy map[string]float64 `json:"cores_busy"`

	KeyFrameRequests int64           `json:"key_frame_requests"`
	KeyFrames        uint64          `json:"key_frames_sent"`
	ViewerFeedback   *feedbackReport `json:"viewer_feedback,omitempty"`
}

type latencyReport struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
}

type phase struct {
	Seconds             float64 `json:"seconds"`
	ServerCPUSeconds    float64 `json:"server_cpu_s"`
	GeneratorCPUSeconds float64 `json:"generator_cpu_s"`
}

type serverReport struct {
	CPU                      float64 `json:"cpu_per_s"`
	ForwardedPerCPUSecond    float64 `json:"forwarded_per_cpu_s"`
	MicrosecondsPerPacket    float64 `json:"us_per_forwarded_packet"`
	ResidentKiB              int     `json:"resident_kib"`
	ResidentBeforeViewersKiB int     `json:"resident_before_viewers_kib"`
	KiBPerViewer             float64 `json:"kib_per_viewer"`
	Threads                  int     `json:"threads"`
}

// generatorReport tells whether the generator was in the way.
type generatorReport struct {
	CPU                   float64 `json:"cpu_per_s"`
	MicrosecondsPerPacket float64 `json:"us_per_packet"`
	SocketDrops           uint64  `json:"socket_drops"`
	SendErrors            uint64  `json:"send_errors"`
	LatestBurst           float64 `json:"latest_burst_ms"`
	Checked               uint64  `json:"packets_checked"`
	CheckFailures         uint64  `json:"check_failures"`
}

type feedbackReport struct {
	ReceiverReports    uint64 `json:"receiver_reports"`
	TransportFeedbacks uint64 `json:"transport_feedbacks"`
	NACKs              uint64 `json:"nacks"`
	Resends            uint64 `json:"resends_received"`

	PublisherReceiverReports    uint64 `json:"publisher_receiver_reports"`
	PublisherTransportFeedbacks uint64 `json:"publisher_transport_feedbacks"`
	PublisherResends            uint64 `json:"publisher_resends"`
	PublisherWithheld           uint64 `json:"publisher_withheld"`
}

// addPeers sums up what viewers saw, after the receiving thread has stopped changing it.
func (r *report) addPeers(publishers []*publisher, viewers []*peer) {
	var lost, expected, arrived uint64
	var packet, video, keyFrame, described, ice, dtls []float64
	for _, p := range viewers {
		var viewerLost, viewerReceived uint64
		for i := range p.streams[:p.streamCount] {
			s := &p.streams[i]
			viewerLost += s.lost
			viewerReceived += s.window.received
			r.DuplicatePackets += s.window.duplicates
			r.ReceivedBytesPerSecond += float64(s.window.bytes)
			if s.hasNumber {
				track := &publishers[p.publisher].audio
				if s.isVideo {
					track = &publishers[p.publisher].video
				}
				expected += track.sentNumber.Load() - s.firstNumber
				arrived += s.unique
			}
		}
		lost += viewerLost
		r.ReceivedPackets += viewerReceived
		if viewerReceived == 0 {
			r.ViewersWithoutMedia++
		} else if share := ratio(viewerLost, viewerLost+viewerReceived); share > r.LossOfWorstViewer {
			r.LossOfWorstViewer = share
		}
		r.Generator.CheckFailures += p.undecrypted
		r.Generator.Checked += p.decrypted
		r.Generator.SocketDrops += uint64(p.overflow)
		if c := p.srtp.Load(); c != nil {
			r.SRTP, r.ViewerExtensions = c.profile, p.extensions.names()
		}
		since := func(list *[]float64, t int64) {
			if t > 0 {
				*list = append(*list, float64(t-p.times.asked)/1e6)
			}
		}
		since(&packet, p.times.packet)
		since(&video, p.times.video)
		since(&keyFrame, p.times.keyFrame)
		since(&described, p.times.described)
		since(&ice, p.times.ice)
		since(&dtls, p.times.dtls)
	}
	r.LossInWindow = ratio(lost, lost+r.ReceivedPackets)
	if arrived < expected {
		r.LossEndToEnd = ratio(expected-arrived, expected)
	}
	r.JoinToPacket, r.JoinToVideo, r.JoinToKeyFrame = quantilesOf(packet), quantilesOf(video), quantilesOf(keyFrame)
	r.JoinToDescription, r.JoinToICE, r.JoinToDTLS = quantilesOf(described), quantilesOf(ice), quantilesOf(dtls)

	for _, b := range publishers {
		r.PublisherExtensions = b.peer.extensions.names()
		r.KeyFrameRequests += b.peer.keyFrameRequests.Load()
		r.KeyFrames += b.keyFrames.Load()
		r.Generator.SendErrors += b.sendErrors.Load()
		if late := milliseconds(b.latest.Load()); late > r.Generator.LatestBurst {
			r.Generator.LatestBurst = late
		}
	}
}

func (r *report) addFeedback(publishers []*publisher, viewers []*peer) {
	f := &feedbackReport{}
	for _, p := range viewers {
		f.ReceiverReports += p.feedback.counts.reports
		f.TransportFeedbacks += p.feedback.counts.transportFeedbacks
		f.NACKs += p.feedback.counts.nacks
		f.Resends += p.feedback.counts.resends
	}
	for _, b := range publishers {
		f.PublisherReceiverReports += b.receiverReports
		f.PublisherTransportFeedbacks += b.transportFeedbacks
		f.PublisherResends += b.resends
		f.PublisherWithheld += b.withheldPackets.Load()
	}
	r.ViewerFeedback = f
}
