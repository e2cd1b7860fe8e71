package telegram

import "net/http"

const controlPath = "/sandbox/telegram/"

func (s *Server) controls() http.Handler { return http.NotFoundHandler() }
