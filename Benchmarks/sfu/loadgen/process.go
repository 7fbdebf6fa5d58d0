package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for /proc.
const ticksPerSecond = 100

// processState adds up the server's processes.
type processState struct {
	cpuSeconds  float64
	residentKiB int
	threads     int
}

func readProcesses(pids []int) processState {
	var sum processState
	page := os.Getpagesize() / 1024
	for _, pid := range pids {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		// The program's name stands in parentheses and may hold spaces. Behind it: utime, stime, num_threads, rss.
		text := string(raw)
		fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
		if len(fields) < 22 {
			continue
		}
		sum.cpuSeconds += (number(fields[11]) + number(fields[12])) / ticksPerSecond
		sum.threads += int(number(fields[17]))
		sum.residentKiB += int(number(fields[21])) * page
	}
	return sum
}

// readCores returns the seconds that each of the cores has been busy, whoever kept it so.
func readCores(cores []int) map[string]float64 {
	out := map[string]float64{}
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return out
	}
	for _, line := range strings.Split(string(raw), "\n") {
		fields := strings.Fields(line)
		for _, core := range cores {
			if len(fields) < 9 || fields[0] != fmt.Sprintf("cpu%d", core) {
				continue
			}
			// user, nice, system, then idle and iowait, which do not count, then irq, softirq and steal.
			busy := number(fields[1]) + number(fields[2]) + number(fields[3]) + number(fields[6]) + number(fields[7]) + number(fields[8])
			out[strconv.Itoa(core)] = busy / ticksPerSecond
		}
	}
	return out
}

func number(field string) float64 {
	n, _ := strconv.ParseFloat(field, 64)
	return n
}

func ownCPUSeconds() float64 {
	var usage unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
