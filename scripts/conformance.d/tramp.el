;;; What Emacs does to files at the other end, by the methods that it offers.  -*- lexical-binding: t -*-
(require 'tramp)
(setq tramp-verbose 3
      tramp-persistency-file-name nil
      remote-file-name-inhibit-locks t
      password-cache nil
      enable-local-variables nil)

(defun equal-or-fail (got want what)
  (unless (equal got want) (error "%s: got %S, wanted %S" what got want)))

(defun contents (file)
  (with-temp-buffer (insert-file-contents-literally file) (buffer-string)))

(defun write (text file)
  (let ((coding-system-for-write 'binary)) (write-region text nil file nil 'quiet)))

(dolist (method '("ssh" "scp" "sshx"))
  (let* ((base (format "/%s:H:/home/dev/c/61/%s/" method method))
         (small (concat base "small ünï"))
         (large (concat base "large"))
         ;; Above tramp-copy-size-limit, where scp really calls scp.
         (bytes (apply #'unibyte-string (mapcar (lambda (n) (% (* n 7) 256)) (number-sequence 1 60000)))))
    (make-directory base t)
    (write "one\ntwo\n" small)
    (equal-or-fail (contents small) "one\ntwo\n" method)
    (write bytes large)
    (equal-or-fail (string-to-unibyte (contents large)) bytes (concat method " large"))
    (set-file-modes large #o640)
    (equal-or-fail (logand (file-modes large) #o777) #o640 (concat method " modes"))
    (rename-file large (concat base "renamed"))
    (make-symbolic-link "renamed" (concat base "soft"))
    (equal-or-fail (sort (directory-files base nil "^[a-z]") #'string<) '("renamed" "small ünï" "soft") method)
    (let ((default-directory base))
      (with-temp-buffer
        (equal-or-fail (process-file "sh" nil t nil "-c" "echo in $PWD; exit 3") 3 (concat method " status"))
        (equal-or-fail (buffer-string) (format "in /home/dev/c/61/%s\n" method) method)))
    (delete-directory base t)
    (message "%s: all as it should be" method)
    (tramp-cleanup-all-connections)))
