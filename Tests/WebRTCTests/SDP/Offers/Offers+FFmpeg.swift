// As the clients made them; line ends are LF here and CRLF in what tests read.

extension Offers {
    /// FFmpeg 9.0.2, `-f whip`, H.264 baseline and Opus.
    static let ffmpegWHIP = crlf(
        """
        v=0
        o=FFmpeg 4489045141692799359 2 IN IP4 127.0.0.1
        s=FFmpegPublishSession
        t=0 0
        a=group:BUNDLE 0 1
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:fe12f39d
        a=ice-pwd:f76785b3637532509b858632495de903
        a=fingerprint:sha-256 9B:D7:81:80:4F:55:82:CC:C1:F2:81:26:00:C5:A7:BB:15:7D:3E:A6:2F:95:B7:78:08:1F:68:4B:2C:21:2A:D7
        a=setup:passive
        a=mid:0
        a=sendonly
        a=msid:FFmpeg audio
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=ssrc:2988280816 cname:FFmpeg
        a=ssrc:2988280816 msid:FFmpeg audio
        m=video 9 UDP/TLS/RTP/SAVPF 106 105
        c=IN IP4 0.0.0.0
        a=ice-ufrag:fe12f39d
        a=ice-pwd:f76785b3637532509b858632495de903
        a=fingerprint:sha-256 9B:D7:81:80:4F:55:82:CC:C1:F2:81:26:00:C5:A7:BB:15:7D:3E:A6:2F:95:B7:78:08:1F:68:4B:2C:21:2A:D7
        a=setup:passive
        a=mid:1
        a=sendonly
        a=msid:FFmpeg video
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:106 H264/90000
        a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42000d
        a=rtcp-fb:106 nack
        a=rtpmap:105 rtx/90000
        a=fmtp:105 apt=106
        a=ssrc-group:FID 2988280817 2988280818
        a=ssrc:2988280817 cname:FFmpeg
        a=ssrc:2988280817 msid:FFmpeg video
        """
    )

    /// Composed after libdatachannel, which OBS uses: transport at session level, options by comma.
    static let obsWHIP = crlf(
        """
        v=0
        o=rtc 2826283043 0 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1
        a=group:LS 0 1
        a=msid-semantic:WMS *
        a=setup:actpass
        a=ice-ufrag:XcRv
        a=ice-pwd:EzLV7Xvq4v0pXOzvO9Eq5t
        a=ice-options:ice2,trickle
        a=fingerprint:sha-256 6A:FB:B4:51:F6:D5:1E:5C:62:6A:0F:1B:4D:06:F3:7B:66:71:5D:98:A1:A7:DB:2F:31:B0:96:7A:63:26:A6:46
        m=audio 54609 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.2
        a=mid:0
        a=sendonly
        a=ssrc:2178318475 cname:TlCxqoVTbEFVBUNl
        a=ssrc:2178318475 msid:V7GbTQoEJYBxLWrg V7GbTQoEJYBxLWrg-audio
        a=msid:V7GbTQoEJYBxLWrg V7GbTQoEJYBxLWrg-audio
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1
        a=candidate:1 1 UDP 2114977791 192.0.2.2 54609 typ host
        a=end-of-candidates
        m=video 54609 UDP/TLS/RTP/SAVPF 96
        c=IN IP4 192.0.2.2
        a=mid:1
        a=sendonly
        a=ssrc:2178318476 cname:TlCxqoVTbEFVBUNl
        a=ssrc:2178318476 msid:V7GbTQoEJYBxLWrg V7GbTQoEJYBxLWrg-video
        a=msid:V7GbTQoEJYBxLWrg V7GbTQoEJYBxLWrg-video
        a=rtcp-mux
        a=rtpmap:96 H264/90000
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtcp-fb:96 goog-remb
        a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1
        """
    )
}
