# language: id
Fitur: connect
  TUJUAN: Melakukan koneksi pada server yang sudah ditambahkan
  PARAMETER1: id server
  BERHASIL: status: OK, data: pesan server sudah terkoneksi
  GAGAL: status: ERROR, data: pesan kesalahan

  @CONNECT-1 @menghubungkan
  Aturan: `connect` ke server kedua yang sejenis menghasilkan OK dan pesan
    Skenario: koneksi ke server kedua
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Ketika "budi" menambahkan dan menghubungi server kedua
      Maka server kedua terkoneksi

  @CONNECT-2
  Aturan: `connect` dengan parameter yang kurang adalah ERROR
    Skenario: tanpa id server
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: connect
      Maka hasilnya ERROR

    Skenario: tanpa id pun tidak menghubungi server yang terakhir ditambahkan
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" mengirim request: connect
      Maka hasilnya ERROR
      Dan server "timur" tidak menerima koneksi

  @CONNECT-3
  Aturan: `connect` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat menghubungi server
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim request: connect {server timur}
      Maka hasilnya ERROR
      Dan server "timur" tidak menerima koneksi

  @CONNECT-4
  Aturan: `connect` membuka koneksi TCP ke server yang ditambahkan
    Skenario: server tujuan melihat koneksi
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" menghubungi server "timur"
      Maka server "timur" menerima koneksi

  @CONNECT-5
  Aturan: Id yang tidak pernah ditambahkan adalah ERROR
    Skenario: id yang tidak pernah ditambahkan
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: connect {server entah}
      Maka hasilnya ERROR

    Skenario: nama bawaan bahasa pemrograman
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: connect constructor
      Maka hasilnya ERROR

    Garis-Besar Skenario: <bentuk>
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" mengirim request: connect {<tempat>}
      Maka hasilnya ERROR
      Dan server "timur" tidak menerima koneksi

      Contoh:
        | bentuk                                | tempat             |
        | sama sekali lain dari yang ditambahkan | server entah       |
        | yang ditambahkan tanpa huruf terakhir | awal-server timur  |

  @CONNECT-6
  Aturan: Tidak ada yang mendengarkan di sana adalah ERROR, dalam batas waktu
    Skenario: tidak ada yang mendengarkan
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang tidak mendengarkan
      Ketika "budi" menambahkan server "timur"
      Dan "budi" menghubungi server "timur"
      Maka hasilnya ERROR
      Ketika "budi" menghubungi server "timur"
      Maka hasilnya ERROR

  @CONNECT-7
  Aturan: Selama satu user menunggu server yang diam, user lain tetap dilayani
    @sendiri
    Skenario: server tujuan menerima koneksi lalu diam
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Dan server lain "timur" yang diam saja
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" mulai menghubungi server "timur"
      Dan "siti" mengirim pesan "sementara itu" kepada "tono"
      Maka hasilnya OK
      Dan "siti" tidak perlu menunggu "budi"
      Dan inbox "tono" memuat pesan itu

  @CONNECT-8
  Aturan: Server tujuan yang memutus koneksi atau mengirim sampah tidak merugikan siapa pun
    @sendiri
    Garis-Besar Skenario: server tujuan yang <sifat>
      Dengan user "budi" dan "siti" sudah masuk
      Dan server lain "timur" yang <sifat>
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" menghubungi server "timur"
      Dan "siti" mengirim request: inbox
      Maka hasilnya OK
      Dan server tetap melayani

      Contoh:
        | sifat           |
        | memutus koneksi |
        | mengirim sampah |

    @sendiri
    Skenario: session yang menghubunginya tetap berjalan
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang memutus koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" menghubungi server "timur"
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim request: inbox
      Maka hasilnya OK

    @sendiri
    Garis-Besar Skenario: server tujuan yang <sifat> tidak menutup koneksi yang memintanya
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang <sifat>
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" menghubungi server "timur"
      Maka koneksi "budi" tidak ditutup

      Contoh:
        | sifat           |
        | memutus koneksi |
        | mengirim sampah |
