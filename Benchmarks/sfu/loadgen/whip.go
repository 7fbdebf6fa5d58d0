package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

var client = &http.Client{Timeout: connectTimeout, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// httpSession is the resource that WHIP and WHEP create.
type httpSession struct{ location, token string }

func (s *httpSession) end() {
	if s.location == "" {
		return
	}
	request, err := http.NewRequest(http.MethodDelete, s.location, nil)
	if err != nil {
		return
	}
	authorize(request, s.token)
	if response, err := client.Do(request); err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
}

func authorize(request *http.Request, token string) {
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
}

// joinByHTTP posts an offer to a WHIP or WHEP endpoint (RFC 9725) and takes the answer.
func joinByHTTP(p *peer, endpoint, token string) error {
	request, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(newOffer(p).String()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/sdp")
	request.Header.Set("Accept", "application/sdp")
	authorize(request, token)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s answered %s: %.200s", endpoint, response.Status, body)
	}
	p.session = &httpSession{location: resolve(endpoint, response.Header.Get("Location")), token: token}
	answer := parseDescription(string(body))
	return p.setRemote(answer, true, answer.setup != "active")
}

// resolve returns "" for what is no loopback address.
func resolve(base, reference string) string {
	if reference == "" {
		return ""
	}
	b, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u, err := b.Parse(reference)
	if err != nil || mustBeLoopback(u.String()) != nil {
		return ""
	}
	return u.String()
}
