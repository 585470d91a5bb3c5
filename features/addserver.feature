# language: id
Fitur: addserver
  TUJUAN: Menambahkan alamat server tujuan baru
  PARAMETER1: id server
  PARAMETER2: ip address dari server tujuan
  PARAMETER3: nomor port dari server tujuan
  BERHASIL: status: OK, data: pesan server sudah ditambahkan
  GAGAL: status: ERROR, data: pesan kesalahan

  @ADDSERVER-1
  Aturan: `addserver` dengan id, alamat, dan port menghasilkan OK dan pesan
    Skenario: alamat server baru
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "budi" menambahkan server "timur"
      Maka hasilnya OK dengan data yang terisi

  @ADDSERVER-2
  Aturan: `addserver` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request                            |
        | tanpa parameter | addserver                          |
        | hanya id        | addserver {server timur}           |
        | tanpa port      | addserver {server timur} {ip timur} |

  @ADDSERVER-3
  Aturan: `addserver` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat menambahkan server
      Dengan "tamu" terkoneksi tanpa masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "tamu" menambahkan server "timur"
      Maka hasilnya ERROR

    Skenario: yang ditolak dari tamu tidak tertambahkan
      Dengan "tamu" terkoneksi tanpa masuk
      Dan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "tamu" menambahkan server "timur"
      Tetapi permintaan itu memang ditolak
      Ketika "budi" menghubungi server "timur"
      Maka server "timur" tidak menerima koneksi

  @ADDSERVER-4
  Aturan: Port yang bukan angka 1 sampai 65535 ditolak
    Garis-Besar Skenario: port <port>
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "budi" mengirim request: addserver {server timur} {ip timur} <port>
      Maka hasilnya ERROR

      Contoh:
        | port    |
        | 0       |
        | 65536   |
        | -1      |
        | 100000  |
        | delapan |
        | {port timur}abc |
        | {port timur}.5 |

  @ADDSERVER-5
  Aturan: Alamat yang bukan alamat ditolak
    Garis-Besar Skenario: alamat <alamat>
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Ketika "budi" mengirim request: addserver {server timur} <alamat> {port timur}
      Maka hasilnya ERROR

      Contoh:
        | alamat       |
        | !!!          |
        | bukan:alamat/ |
        | 999.999.999.999 |
        | 127.0.0.1.5  |

  @ADDSERVER-6
  Aturan: Server yang ditambahkan dapat dikoneksi, masing-masing di alamatnya
    Skenario: tiga server, dua di antaranya dihubungi di alamatnya
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan server lain "barat" yang menerima koneksi
      Dan server lain "utara" yang menerima koneksi
      Ketika "budi" menambahkan server "timur"
      Dan "budi" menambahkan server "barat"
      Dan "budi" menambahkan server "utara"
      Dan "budi" menghubungi server "timur"
      Maka server "timur" menerima koneksi
      Ketika "budi" menghubungi server "barat"
      Maka server "barat" menerima koneksi

    Garis-Besar Skenario: yang ditolak <sebabnya> tidak mengganti yang sudah ditambahkan
      Dengan user "budi" sudah masuk
      Dan server lain "timur" yang menerima koneksi
      Dan "budi" sudah menambahkan server "timur"
      Ketika "budi" mengirim request: addserver <parameter>
      Tetapi permintaan itu memang ditolak
      Ketika "budi" menghubungi server "timur"
      Maka server "timur" menerima koneksi

      Contoh:
        | sebabnya       | parameter                   |
        | karena portnya | {server timur} {ip timur} 0 |
        | tanpa port     | {server timur} {ip timur}   |
