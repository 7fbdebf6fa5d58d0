// Loadgen plays P publishers and N viewers of each against an SFU on loopback, by WHIP and WHEP or by Janus's
// VideoRoom, and prints what it saw as JSON.
//
// It builds without modules, from Debian's Go packages:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o loadgen .
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"time"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	o := parseOptions()
	debug.SetGCPercent(400)
	if o.cpuProfile != "" {
		file, err := os.Create(o.cpuProfile)
		if err != nil {
			log.Fatal(err)
		}
		if err = pprof.StartCPUProfile(file); err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	r, err := newRun(o)
	if err != nil {
		log.Fatal(err)
	}
	if err = r.publish(); err != nil {
		log.Fatal("publisher: ", err)
	}
	r.sender = startSender(r.publishers)
	time.Sleep(300 * time.Millisecond)
	r.report.Server.ResidentBeforeViewersKiB = readProcesses(o.pids).residentKiB
	r.join()
	time.Sleep(o.settle)
	r.measure()
	text, err := json.MarshalIndent(r.report, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	r.leave()
}

type run struct {
	options    *options
	engine     *engine
	janus      *janus
	feeds      []uint64
	publishers []*publisher
	viewers    []*peer
	sender     *sender
	report     report
}

func newRun(o *options) (*run, error) {
	e, err := newEngine(o)
	if err != nil {
		return nil, err
	}
	r := &run{options: o, engine: e, feeds: make([]uint64, o.publishers)}
	r.report = report{
		Publishers: o.publishers, Viewers: o.publishers * o.viewers, Sizes: "equal", Feedback: o.feedback, Burst: o.burst,
		ExpectedPerSecond: (o.videoRate + o.audioRate) * o.publishers * o.viewers,
	}
	if o.split {
		r.report.Sizes = "split"
	}
	if o.janus != "" {
		if r.janus, err = dialJanus(o.janus); err != nil {
			return nil, fmt.Errorf("janus: %w", err)
		}
	}
	return r, nil
}

func (r *run) publish() error {
	for i := 0; i < r.options.publishers; i++ {
		p, err := r.engine.newPeer(true, i)
		if err != nil {
			return err
		}
		p.times.asked = now()
		if r.janus != nil {
			r.feeds[i], err = r.janus.publish(p, r.options.room+i)
		} else {
			err = joinByHTTP(p, substitute(r.options.whip, i, 0), substitute(r.options.whipToken, i, 0))
		}
		if err != nil {
			return err
		}
		r.publishers = append(r.publishers, newPublisher(p, r.options))
	}
	deadline := time.Now().Add(connectTimeout)
	for _, b := range r.publishers {
		for b.peer.srtp.Load() == nil {
			select {
			case <-b.peer.failed:
				return b.peer.failure
			case <-time.After(2 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("number %d did not connect", b.peer.publisher)
			}
		}
	}
	return nil
}

// join brings the viewers in, some at a time, and waits until each has seen video.
func (r *run) join() {
	o := r.options
	started, serverCPU, ownCPU := time.Now(), readProcesses(o.pids).cpuSeconds, ownCPUSeconds()
	var group sync.WaitGroup
	var mutex sync.Mutex
	places := make(chan struct{}, o.joinsAtOnce)
	for k := 0; k < o.publishers*o.viewers; k++ {
		places <- struct{}{}
		time.Sleep(o.joinGap)
		group.Add(1)
		go func(k int) {
			defer group.Done()
			defer func() { <-places }()
			p, err := r.joinOne(k)
			mutex.Lock()
			defer mutex.Unlock()
			if p != nil {
				r.viewers = append(r.viewers, p)
			}
			if err == nil {
				r.report.Joined++
				return
			}
			r.report.JoinFailures++
			if len(r.report.FirstFailures) < 5 {
				r.report.FirstFailures = append(r.report.FirstFailures, err.Error())
			}
		}(k)
	}
	group.Wait()
	r.report.JoinPhase = phase{
		Seconds:             rounded(time.Since(started).Seconds()),
		ServerCPUSeconds:    rounded(readProcesses(o.pids).cpuSeconds - serverCPU),
		GeneratorCPUSeconds: rounded(ownCPUSeconds() - ownCPU),
	}
	if o.verbose {
		log.Printf("%d of %d viewers joined in %.2f s", r.report.Joined, r.report.Viewers, r.report.JoinPhase.Seconds)
	}
}

func (r *run) joinOne(k int) (*peer, error) {
	publisher := k % r.options.publishers
	p, err := r.engine.newPeer(false, publisher)
	if err != nil {
		return nil, err
	}
	p.times.asked = now()
	if r.janus != nil {
		err = r.janus.subscribe(p, r.options.room+publisher, r.feeds[publisher])
	} else {
		err = joinByHTTP(p, substitute(r.options.whep, publisher, k), substitute(r.options.whepToken, publisher, k))
	}
	if err != nil {
		return p, err
	}
	select {
	case <-p.media:
		return p, nil
	case <-p.failed:
		return p, p.failure
	case <-time.After(connectTimeout):
		return p, fmt.Errorf("no video within %v", connectTimeout)
	}
}

func (r *run) measure() {
	o := r.options
	eachStream := func(f func(*stream)) {
		for _, p := range r.viewers {
			for i := range p.streams[:p.streamCount] {
				f(&p.streams[i])
			}
		}
	}
	r.engine.do(func() {
		eachStream((*stream).beginWindow)
		for _, p := range r.viewers {
			p.feedback.counts = feedbackCounts{}
		}
		r.engine.inWindow, r.engine.nap = true, o.nap
	})
	began, before, own, cores, sent := time.Now(), readProcesses(o.pids), ownCPUSeconds(), readCores(o.cores), r.sent()
	time.Sleep(o.duration)
	r.engine.do(func() {
		eachStream((*stream).endWindow)
		if o.feedback {
			r.report.addFeedback(r.publishers, r.viewers)
		}
		r.engine.inWindow = false
	})
	seconds := time.Since(began).Seconds()
	after, ownAfter, coresAfter, sentAfter := readProcesses(o.pids), ownCPUSeconds(), readCores(o.cores), r.sent()

	// What a slow server still holds counts end to end when it comes within a second.
	r.sender.end()
	time.Sleep(time.Second)
	r.engine.do(func() {
		r.report.addPeers(r.publishers, r.viewers)
	})
	received := r.report.ReceivedPackets

	out := &r.report
	cpu := after.cpuSeconds - before.cpuSeconds
	out.WindowSeconds, out.SentPackets = rounded(seconds), sentAfter-sent
	out.ReceivedPerSecond = rounded(float64(received) / seconds)
	out.ReceivedBytesPerSecond = rounded(out.ReceivedBytesPerSecond / seconds)
	h := &r.engine.latency
	out.Latency = latencyReport{h.quantile(.5), h.quantile(.9), h.quantile(.99), h.quantile(.999), milliseconds(h.maximum)}
	out.LatencySamples = h.count
	out.Server.CPU = rounded(cpu / seconds)
	if cpu > 0 && received > 0 {
		out.Server.ForwardedPerCPUSecond = rounded(float64(received) / cpu)
		out.Server.MicrosecondsPerPacket = rounded(cpu / float64(received) * 1e6)
	}
	out.Server.ResidentKiB, out.Server.Threads = after.residentKiB, after.threads
	if out.Joined > 0 {
		out.Server.KiBPerViewer = rounded(float64(after.residentKiB-out.Server.ResidentBeforeViewersKiB) / float64(out.Joined))
	}
	out.Generator.CPU = rounded((ownAfter - own) / seconds)
	out.Generator.MicrosecondsPerPacket = rounded((ownAfter - own) / float64(received+1) * 1e6)
	out.CoresBusy = map[string]float64{}
	for core, busy := range coresAfter {
		out.CoresBusy[core] = rounded((busy - cores[core]) / seconds)
	}
}

func (r *run) sent() (sum uint64) {
	for _, b := range r.publishers {
		sum += b.number()
	}
	return sum
}

// leave ends all sessions, viewers first.
func (r *run) leave() {
	var group sync.WaitGroup
	places := make(chan struct{}, 8)
	peers := r.viewers
	for _, b := range r.publishers {
		peers = append(peers, b.peer)
	}
	for _, p := range peers {
		if p.session == nil {
			continue
		}
		places <- struct{}{}
		group.Add(1)
		go func(p *peer) {
			defer group.Done()
			p.session.end()
			<-places
		}(p)
	}
	group.Wait()
}
