package main

import (
	"flag"
	"fmt"
	"log"
	"strconv"
	"strings"
	"time"
)

// options are what the command line says. Defaults describe one 720p publisher: 2.4 Mbit/s in 250 video packets a
// second, bursts of four as libwebrtc's pacer makes them, and 50 audio packets a second.
type options struct {
	whip, whep           string
	whipToken, whepToken string
	janus                string
	room                 int

	publishers, viewers int
	joinsAtOnce         int
	joinGap             time.Duration

	duration, settle time.Duration

	videoRate, videoSize int
	audioRate, audioSize int
	framesPerSecond      int
	burst                int
	split                bool
	withheld             float64
	keyFrameGap          time.Duration
	keyFrameEvery        time.Duration

	feedback  bool
	nackEvery int
	roundTrip time.Duration

	gcm, cm bool
	sample  uint64
	joinNap time.Duration
	nap     time.Duration

	pids       []int
	cores      []int
	cpuProfile string
	verbose    bool
}

func parseOptions() *options {
	o := &options{}
	flag.StringVar(&o.whip, "whip", "", "WHIP URL; {pub} becomes the publisher's number")
	flag.StringVar(&o.whep, "whep", "", "WHEP URL; {pub} and {sub} become numbers")
	flag.StringVar(&o.whipToken, "whip-token", "", "bearer token for WHIP ({pub})")
	flag.StringVar(&o.whepToken, "whep-token", "", "bearer token for WHEP ({pub}, {sub})")
	flag.StringVar(&o.janus, "janus", "", "Janus VideoRoom by WebSocket instead, such as ws://127.0.0.1:8188")
	flag.IntVar(&o.room, "room", 5000, "number of the first Janus room; one room for each publisher")

	flag.IntVar(&o.publishers, "pubs", 1, "publishers")
	flag.IntVar(&o.viewers, "subs", 10, "viewers of each publisher")
	flag.IntVar(&o.joinsAtOnce, "ramp", 2, "joins in flight at once")
	flag.DurationVar(&o.joinGap, "join-gap", 0, "pause between joins")

	flag.DurationVar(&o.duration, "duration", 8*time.Second, "length of the measured window")
	flag.DurationVar(&o.settle, "settle", time.Second, "wait between the last join and the window")

	flag.IntVar(&o.videoRate, "pps", 250, "video packets per second of each publisher")
	flag.IntVar(&o.videoSize, "size", 1200, "bytes of a video RTP packet with header, before SRTP; the most with -sizes split")
	flag.IntVar(&o.audioRate, "audio-pps", 50, "audio packets per second; 0 for none")
	flag.IntVar(&o.audioSize, "audio-size", 100, "bytes of an audio payload")
	flag.IntVar(&o.framesPerSecond, "fps", 30, "video frames per second")
	flag.IntVar(&o.burst, "burst", 4, "video packets sent back to back")
	sizes := flag.String("sizes", "equal", "equal: all video packets are the same size. split: packets of a frame differ by a byte, "+
		"the last is short, and abs-send-time, transport-wide-cc and mid are offered as header extensions")
	flag.Float64Var(&o.withheld, "withhold", 0, "share of video packets that the publisher sends only when asked by NACK")
	flag.DurationVar(&o.keyFrameGap, "kf-min", 200*time.Millisecond, "least time between key frames sent for PLI and FIR")
	flag.DurationVar(&o.keyFrameEvery, "kf-every", 0, "send a key frame this often as well; 0 for only on request")

	flag.BoolVar(&o.feedback, "feedback", false, "viewers send receiver reports each second, transport-wide-cc feedback each 100 ms "+
		"where negotiated, and NACKs; the publisher answers NACKs")
	flag.IntVar(&o.nackEvery, "nack-every", 100, "with -feedback, each viewer asks again for every Nth video packet; 0 for none")

	flag.DurationVar(&o.roundTrip, "rtt", 20*time.Millisecond, "round trip that receiver reports make viewers appear to have: Janus keeps no "+
		"packets to send again for whom it takes to be 0 ms away")

	profiles := flag.String("srtp", "gcm,cm", "SRTP profiles offered: gcm, cm or both")
	flag.Uint64Var(&o.sample, "sample", 8, "decrypt and check every Nth packet")
	flag.DurationVar(&o.joinNap, "join-nap", 200*time.Microsecond, "pause of the receiving thread between rounds while viewers join")
	flag.DurationVar(&o.nap, "nap", 4*time.Millisecond, "the same within the window; kernel timestamps keep it out of latencies")

	pids := flag.String("pid", "", "process ids of the server, whose CPU and memory are read from /proc")
	cores := flag.String("cores", "0,1", "cores whose whole load is reported, so that neighbours show")
	flag.StringVar(&o.cpuProfile, "cpuprofile", "", "write a CPU profile of this program")
	flag.BoolVar(&o.verbose, "v", false, "say on stderr what goes on")
	flag.Parse()

	o.split = choice("sizes", *sizes, "equal", "split") == "split"
	for _, p := range strings.Split(*profiles, ",") {
		switch choice("srtp", p, "gcm", "cm") {
		case "gcm":
			o.gcm = true
		case "cm":
			o.cm = true
		}
	}
	o.pids, o.cores = numbers(*pids), numbers(*cores)
	o.check()
	return o
}

func (o *options) check() {
	if (o.janus == "") == (o.whip == "" || o.whep == "") {
		log.Fatal("give -janus, or both -whip and -whep")
	}
	for _, u := range []string{o.janus, o.whip, o.whep} {
		if u == "" {
			continue
		}
		if err := mustBeLoopback(substitute(u, 0, 0)); err != nil {
			log.Fatal(err)
		}
	}
	if o.publishers < 1 || o.viewers < 1 || o.joinsAtOnce < 1 || o.burst < 1 || o.framesPerSecond < 1 || o.sample < 1 {
		log.Fatal("-pubs, -subs, -ramp, -burst, -fps and -sample are at least 1")
	}
	if o.videoRate < o.framesPerSecond {
		log.Fatal("-pps is at least -fps: a frame has a packet")
	}
	if o.videoSize < 400 || o.videoSize > 1400 || o.audioSize < trailerSize+1 || o.audioSize > 1000 {
		log.Fatalf("-size is 400 to 1400 and -audio-size %d to 1000", trailerSize+1)
	}
}

func choice(name, value string, allowed ...string) string {
	for _, a := range allowed {
		if value == a {
			return value
		}
	}
	log.Fatalf("-%s is one of %s, not %q", name, strings.Join(allowed, ", "), value)
	return ""
}

func numbers(list string) []int {
	var out []int
	for _, x := range strings.Split(list, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(x)); err == nil {
			out = append(out, n)
		}
	}
	return out
}

func substitute(s string, publisher, viewer int) string {
	return strings.NewReplacer("{pub}", fmt.Sprint(publisher), "{sub}", fmt.Sprint(viewer)).Replace(s)
}
