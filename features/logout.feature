# language: id
Fitur: logout
  TUJUAN: menyelesaikan session dari user yang sudah melakukan autentikasi
  PARAMETER: tidak ada
  BERHASIL: status: OK, data: pesan user sudah logout
  GAGAL: status: ERROR, data: pesan kesalahan

  @LOGOUT-1
  Aturan: `logout` dalam session menghasilkan OK dan pesan
    Skenario: user yang sudah masuk keluar
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Maka hasilnya OK dengan data yang terisi

  @LOGOUT-2
  Aturan: `logout` sebelum `auth` adalah ERROR
    Skenario: logout tanpa pernah masuk
      Dengan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request: logout
      Maka hasilnya ERROR

  @LOGOUT-3
  Aturan: Setelah `logout` fitur menjawab ERROR, atau koneksi ditutup
    Garis-Besar Skenario: <perintah> setelah logout
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" keluar
      Maka hasilnya OK
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR, atau koneksinya ditutup

      Contoh:
        | perintah | request                 |
        | inbox       | inbox                                |
        | send        | send {alamat siti} halo              |
        | creategroup | creategroup {grup kelas} {nama siti} |
        | addserver   | addserver {server timur} 127.0.0.1 7 |

    Skenario: sendgroup setelah logout
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" keluar
      Dan "budi" mengirim pesan "masih ada?" ke grup "kelas"
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: sendfile setelah logout
      Dengan user "budi" dan "siti" sudah masuk
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Ketika "budi" keluar
      Dan "budi" mengirim file itu kepada "siti"
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: sendfilegroup setelah logout
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Dengan grup "kelas" buatan "budi" berisi "siti", "budi" dan "tono"
      Ketika "budi" keluar
      Dan "budi" mengirim file itu ke grup "kelas"
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: connect setelah logout
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" keluar
      Dan "budi" menghubungi server "timur"
      Maka hasilnya ERROR, atau koneksinya ditutup
      Dan server "timur" tidak menerima koneksi

  @LOGOUT-4
  Aturan: Setelah `logout` user dapat `auth` lagi
    Skenario: masuk lagi setelah logout
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Maka hasilnya OK
      Ketika "budi" masuk
      Maka hasilnya OK dengan data yang terisi

    Skenario: masuk lagi di koneksi yang sama, lalu memakai fitur
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Dan "budi" mengirim request: auth {nama budi} {password budi}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK

    Skenario: keluar dan masuk berulang kali
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Dan "budi" masuk
      Dan "budi" keluar
      Dan "budi" masuk
      Dan "budi" keluar
      Dan "budi" masuk
      Maka hasilnya OK dengan data yang terisi

  @LOGOUT-5
  Aturan: Session user lain tetap berjalan
    Skenario: user lain tetap dapat membaca dan mengirim
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" keluar
      Maka hasilnya OK
      Ketika "siti" mengirim request: inbox
      Maka hasilnya OK
      Ketika "siti" mengirim pesan "masih di sini" kepada "tono"
      Maka hasilnya OK

    @sendiri
    Skenario: logout dari tamu tidak mengakhiri session siapa pun
      Dengan "tamu" terkoneksi tanpa masuk
      Dan user "siti" sudah masuk
      Ketika "tamu" mengirim request: logout
      Maka hasilnya ERROR, atau koneksinya ditutup
      Ketika "siti" mengirim request: inbox
      Maka hasilnya OK

  @LOGOUT-6
  Aturan: `logout` kedua, tanpa session yang tersisa, adalah ERROR, atau koneksi ditutup
    Skenario: logout dua kali
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Maka hasilnya OK
      Ketika "budi" mengirim request: logout
      Maka hasilnya ERROR, atau koneksinya ditutup

    Skenario: setelah logout kedua pun fitur tetap tertutup
      Dengan user "budi" sudah masuk
      Ketika "budi" keluar
      Dan "budi" mengirim request: inbox
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim request: logout
      Dan "budi" mengirim request: inbox
      Maka hasilnya ERROR, atau koneksinya ditutup
