package main

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v3"
	"github.com/pion/webrtc/v3/pkg/media"
	"github.com/pion/webrtc/v3/pkg/media/ivfreader"
	"github.com/pion/webrtc/v3/pkg/media/oggreader"
)

// Samples of a file, shown again and again.
type clip struct {
	samples [][]byte
	each    time.Duration
}

func pictures(path string) (clip, error) {
	file, err := os.Open(path)
	if err != nil {
		return clip{}, err
	}
	defer file.Close()
	reader, _, err := ivfreader.NewWith(file)
	if err != nil {
		return clip{}, err
	}
	out := clip{each: 100 * time.Millisecond}
	for {
		frame, _, err := reader.ParseNextFrame()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return clip{}, err
		}
		out.samples = append(out.samples, frame)
	}
}

// One packet of Opus a page, after the two pages of the head.
func sound(path string) (clip, error) {
	file, err := os.Open(path)
	if err != nil {
		return clip{}, err
	}
	defer file.Close()
	reader, _, err := oggreader.NewWith(file)
	if err != nil {
		return clip{}, err
	}
	out := clip{each: 20 * time.Millisecond}
	for {
		page, _, err := reader.ParseNextPage()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return clip{}, err
		}
		if len(page) < 8 || string(page[:8]) != "OpusTags" {
			out.samples = append(out.samples, page)
		}
	}
}

// play shows the clip on the track until the channel is closed.
func play(track *webrtc.TrackLocalStaticSample, what clip, over <-chan struct{}) {
	due := time.NewTicker(what.each)
	defer due.Stop()
	for number := 0; ; number++ {
		select {
		case <-over:
			return
		case <-due.C:
			_ = track.WriteSample(media.Sample{Data: what.samples[number%len(what.samples)], Duration: what.each})
		}
	}
}

// Heard counts what comes in.
type Heard struct {
	lock                                                       sync.Mutex
	videoPackets, videoFrames, keyFrames, width, height, audio int
}

func (heard *Heard) take(pc *webrtc.PeerConnection, track *webrtc.TrackRemote) {
	if track.Kind() == webrtc.RTPCodecTypeVideo {
		_ = pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: uint32(track.SSRC())}})
	}
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		heard.lock.Lock()
		if track.Kind() == webrtc.RTPCodecTypeAudio {
			heard.audio++
		} else {
			heard.picture(packet.Payload, packet.Marker)
		}
		heard.lock.Unlock()
	}
}

// picture: RFC 7741 and RFC 6386 9.1; a key frame begins with its size.
func (heard *Heard) picture(payload []byte, last bool) {
	heard.videoPackets++
	if last {
		heard.videoFrames++
	}
	vp8 := codecs.VP8Packet{}
	frame, err := vp8.Unmarshal(payload)
	if err != nil || vp8.S == 0 || vp8.PID != 0 || len(frame) < 10 || frame[0]&1 != 0 {
		return
	}
	if frame[3] == 0x9d && frame[4] == 0x01 && frame[5] == 0x2a {
		heard.keyFrames++
		heard.width = (int(frame[7])<<8 | int(frame[6])) & 0x3fff
		heard.height = (int(frame[9])<<8 | int(frame[8])) & 0x3fff
	}
}

func (heard *Heard) counters() object {
	heard.lock.Lock()
	defer heard.lock.Unlock()
	return object{"video_packets": heard.videoPackets, "video_frames": heard.videoFrames, "key_frames": heard.keyFrames,
		"width": heard.width, "height": heard.height, "audio_frames": heard.audio}
}
